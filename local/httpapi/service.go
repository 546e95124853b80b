package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Config is what the service needs.
type Config struct {
	Account, Region string
	Door            *frontdoor.Door
	Log             *slog.Logger
	// Listen returns a listener for the n-th API, counted from 0; n is the lowest
	// number that no API has. It is called again for a number once the API that
	// had it was deleted.
	Listen func(n int) (net.Listener, error)
	// Store keeps which API has which number; nil keeps nothing.
	Store *store.Store
	// AllowRemote serves requests that name a host other than this machine.
	AllowRemote bool
}

// Service is API Gateway for one account and Region. It is safe for concurrent
// use.
type Service struct {
	config      Config
	bodyTimeout time.Duration
	drainTime   time.Duration

	mu     sync.RWMutex
	apis   map[string]*api // by id
	closed bool
}

// New returns the service without APIs.
func New(config Config) *Service {
	if config.Store == nil {
		config.Store = store.Memory()
	}
	return &Service{config: config, bodyTimeout: presetBodyTimeout, drainTime: presetDrainTime, apis: map[string]*api{}}
}

// API returns no operations: APIs are made by templates only.
func (s *Service) API() []frontdoor.Service { return nil }

// Endpoints returns the URLs of the APIs by their names.
func (s *Service) Endpoints() map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	endpoints := map[string]string{}
	for _, a := range s.apis {
		endpoints[a.current.Load().name] = a.endpoint
	}
	return endpoints
}

// Close stops listening and waits for the requests that are being answered,
// but no longer than ctx: what is still open then is cut off.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	apis := slices.Collect(maps.Values(s.apis))
	s.mu.Unlock()
	var problems []error
	for _, a := range apis {
		if err := a.stop(ctx); err != nil {
			problems = append(problems, fmt.Errorf("stop API %s: %w", a.id, err))
		}
	}
	return errors.Join(problems...)
}

// find returns the API with an id.
func (s *Service) find(id string) (*api, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if a := s.apis[id]; a != nil {
		return a, nil
	}
	return nil, notExisting("Invalid API identifier specified %s:%s", s.config.Account, id)
}
