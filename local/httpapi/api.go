package httpapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// defaultStage is the one stage there can be. Its name is not in the path.
const defaultStage = "$default"

// api is an HTTP API: what stays of it while it listens.
type api struct {
	service  *Service
	id       string
	index    int // see Config.Listen
	endpoint string
	server   *http.Server
	served   chan struct{} // closed when the listener is

	changing sync.Mutex // held while a configuration replaces another
	current  atomic.Pointer[configuration]
}

// configuration is what an API is at some time. It is replaced, never changed:
// a request sees the one that was current when it came.
type configuration struct {
	name         string
	cors         *cors
	integrations map[string]*integration // by id
	authorizers  map[string]*authorizer  // by id
	routes       []*route                // the one to prefer first
	stage        *stage                  // nil until it is created
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

// change replaces the configuration by what change makes of a copy, or leaves
// it as it is if change returns an error. The copy is shallow: change replaces
// maps and slices.
func (a *api) change(change func(*configuration) error) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	next := *a.current.Load()
	if err := change(&next); err != nil {
		return err
	}
	a.current.Store(&next)
	return nil
}

// stop closes the listener and waits for the requests that are being answered,
// but no longer than ctx: what is still open then is cut off.
func (a *api) stop(ctx context.Context) error {
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = a.server.Close()
	}
	<-a.served
	if st := a.current.Load().stage; st != nil {
		st.log.close()
	}
	return err
}
