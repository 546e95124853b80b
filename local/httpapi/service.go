package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Config is what the service needs.
type Config struct {
	Account, Region string
	Door            *frontdoor.Door
	Log             *slog.Logger
	// Listen returns the listener of the n-th API, counted from 0.
	Listen func(n int) (net.Listener, error)
	// AllowRemote serves requests that name a host other than this machine.
	AllowRemote bool
}

// Service is API Gateway for one account and Region. It is safe for concurrent
// use.
type Service struct {
	config      Config
	bodyTimeout time.Duration

	mu   sync.RWMutex
	apis map[string]*api // by id
}

// New returns the service without APIs.
func New(config Config) *Service {
	return &Service{config: config, bodyTimeout: presetBodyTimeout, apis: map[string]*api{}}
}

// API returns no operations: APIs are made by templates only.
func (s *Service) API() []frontdoor.Service { return nil }

// Resources returns the resource types that the service creates.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::ApiGatewayV2::Api":         resource.Schema{}.Type(s.createAPI, nil, nil),
		"AWS::ApiGatewayV2::Integration": resource.Schema{Required: []string{"ApiId", "IntegrationType"}, NotEmpty: []string{"TimeoutInMillis"}}.Type(s.createIntegration, nil, nil),
		"AWS::ApiGatewayV2::Route":       resource.Schema{Required: []string{"ApiId", "RouteKey"}}.Type(s.createRoute, nil, nil),
		"AWS::ApiGatewayV2::Stage":       resource.Schema{Required: []string{"ApiId", "StageName"}}.Type(s.createStage, nil, nil),
	}
}

// Endpoints returns the URLs of the APIs by their names.
func (s *Service) Endpoints() map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	endpoints := map[string]string{}
	for _, a := range s.apis {
		endpoints[a.name] = a.endpoint
	}
	return endpoints
}

// Close stops listening and waits for the requests that are being answered,
// but no longer than ctx: what is still open then is cut off.
func (s *Service) Close(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var problems []error
	for _, a := range s.apis {
		err := a.server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = a.server.Close()
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("stop API %s: %w", a.name, err))
		}
		a.closeLog()
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
	return nil, fmt.Errorf("property ApiId: there is no API %q", id)
}

// open adds an API and starts to listen for it.
func (s *Service) open(a *api) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	listener, err := s.config.Listen(len(s.apis))
	if err != nil {
		return fmt.Errorf("listen for API %s: %w", a.name, err)
	}
	a.endpoint = "http://" + listener.Addr().String()
	a.server = &http.Server{Handler: a, ReadHeaderTimeout: 10 * time.Second}
	s.apis[a.id] = a
	go func() {
		if err := a.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.config.Log.Error("an HTTP API has stopped", "api", a.name, "error", err)
		}
	}()
	return nil
}

// newID returns the id of a resource, the same whenever the stack is started.
func newID(d resource.Definition, length int) string {
	sum := sha256.Sum256([]byte(d.Stack.ID + "/" + d.LogicalID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])
}
