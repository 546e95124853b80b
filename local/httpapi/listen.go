package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"eda-demo/local/store"
)

// indexBucket keeps the index of each API by its id, so that an API has the
// same port after a restart, whatever became of others.
const indexBucket = "httpapi.index"

// open starts to listen for an API and adds it.
func (s *Service) open(a *api) error {
	name := a.current.Load().name
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("listen for API %s: the service is closed", name)
	}
	var err error
	if a.index, err = s.freeIndex(a.id); err != nil {
		return fmt.Errorf("listen for API %s: %w", name, err)
	}
	listener, err := s.config.Listen(a.index)
	if err != nil {
		return fmt.Errorf("listen for API %s: %w", name, err)
	}
	if err := s.config.Store.Update(func(tx *store.Tx) { tx.Put(indexBucket, a.id, a.index) }); err != nil {
		return errors.Join(err, listener.Close())
	}
	a.endpoint = "http://" + listener.Addr().String()
	s.apis[a.id] = a
	a.serve(listener)
	return nil
}

// freeIndex returns the index that an API had before a restart, or else the
// lowest that no API has.
func (s *Service) freeIndex(id string) (int, error) {
	taken := map[int]bool{}
	for _, other := range s.apis {
		taken[other.index] = true
	}
	index := -1
	err := store.LoadJSON(s.config.Store, indexBucket, func(key string, kept int) error {
		if key == id && !taken[kept] {
			index = kept
		}
		return nil
	})
	if index >= 0 || err != nil {
		return index, err
	}
	for index = 0; taken[index]; index++ {
	}
	return index, nil
}

func (a *api) serve(listener net.Listener) {
	a.server = &http.Server{Handler: a, ReadHeaderTimeout: 10 * time.Second}
	a.served = make(chan struct{})
	go func() {
		defer close(a.served)
		if err := a.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.service.config.Log.Error("an HTTP API has stopped", "api", a.current.Load().name, "error", err)
		}
	}()
}

// presetDrainTime is how long the requests in flight of a deleted API may take.
const presetDrainTime = 3 * time.Second

// shut stops an API and forgets it; its index is free for another then. One
// that does not exist is no error.
func (s *Service) shut(ctx context.Context, id string) error {
	if a, err := s.find(id); err == nil {
		ctx, cancel := context.WithTimeout(ctx, s.drainTime)
		defer cancel()
		if err := a.stop(ctx); err != nil {
			return fmt.Errorf("stop API %s: %w", id, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.config.Store.Update(func(tx *store.Tx) { tx.Delete(indexBucket, id) }); err != nil {
		return fmt.Errorf("delete API %s: %w", id, err)
	}
	delete(s.apis, id)
	return nil
}
