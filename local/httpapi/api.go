package httpapi

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// defaultStage is the one stage there can be. Its name is not in the path.
const defaultStage = "$default"

// api is an HTTP API. Integrations, routes and the stage are added while it
// already listens.
type api struct {
	service  *Service
	id       string
	name     string
	endpoint string
	cors     *cors
	server   *http.Server

	mu           sync.RWMutex
	integrations map[string]*integration
	routes       []*route // the one to prefer first
	stage        *stage   // nil until it is created
}

// integration leads to a function.
type integration struct {
	id       string
	function string // ARN
	timeout  time.Duration
}

// stage is what is configured of the default stage.
type stage struct {
	variables map[string]string
	limits    limits
	log       *accessLog // nil if nothing is logged
}

func (a *api) addIntegration(i *integration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.integrations[i.id] = i
}

func (a *api) addRoute(r *route, integrationID string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	r.target = a.integrations[integrationID]
	if r.target == nil {
		return fmt.Errorf("property Target: there is no integration %q", integrationID)
	}
	for _, other := range a.routes {
		if other.key == r.key {
			return fmt.Errorf("property RouteKey: a route with key %q already exists for this API", r.key)
		}
	}
	// Replaced, not changed: find reads the list without a lock.
	a.routes = insert(a.routes, r)
	return nil
}

func (a *api) setStage(s *stage) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stage != nil {
		return fmt.Errorf("property StageName: stage %s already exists", defaultStage)
	}
	a.stage = s
	return nil
}

// current returns the routes and the stage as they are now.
func (a *api) current() ([]*route, *stage) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.routes, a.stage
}

// hasRoute tells whether a route with that key exists.
func (a *api) hasRoute(key string) bool {
	routes, _ := a.current()
	for _, r := range routes {
		if r.key == key {
			return true
		}
	}
	return false
}

func (a *api) closeLog() {
	if _, st := a.current(); st != nil && st.log != nil {
		st.log.close()
	}
}
