package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
)

var (
	// ErrClosed is the error of an invocation after Close.
	ErrClosed = errors.New("the Lambda service is shut down")
	// ErrRemoved is the error of an invocation of a function that was removed.
	ErrRemoved = errors.New("the function was removed")

	errUpdated = errors.New("the function was updated")
)

// Server serves the Runtime API to all processes and starts them.
type Server struct {
	listener net.Listener
	http     *http.Server
	spawner  *spawner

	mu        sync.RWMutex
	closed    bool
	processes map[string]*process // by id
	functions []*Function
	running   sync.WaitGroup // processes that have not yet ended
}

// Listen starts the Runtime API on a free loopback port.
func Listen() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for Lambda processes: %w", err)
	}
	s := &Server{listener: listener, spawner: newSpawner(), processes: map[string]*process{}}
	s.http = &http.Server{Handler: s.routes()}
	go s.http.Serve(listener)
	return s, nil
}

// Close kills all processes and returns when they are gone, or when ctx is
// done.
func (s *Server) Close(ctx context.Context) error {
	for _, p := range s.shut() {
		p.kill()
	}
	gone := make(chan struct{})
	go func() {
		s.running.Wait()
		close(gone)
	}()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = fmt.Errorf("wait for Lambda processes to end: %w", ctx.Err())
	}
	s.spawner.close()
	return errors.Join(err, s.http.Close())
}

// shut lets nothing start any more and returns the processes there are.
func (s *Server) shut() []*process {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, f := range s.functions {
		f.current.Load().pool.close(ErrClosed)
	}
	processes := make([]*process, 0, len(s.processes))
	for _, p := range s.processes {
		processes = append(processes, p)
	}
	return processes
}

func (s *Server) add(f *Function) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.functions = append(s.functions, f)
}

func (s *Server) remove(f *Function) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := slices.Index(s.functions, f); at >= 0 {
		s.functions = slices.Delete(s.functions, at, at+1)
	}
}

func (s *Server) register(p *process) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.processes[p.id] = p
	s.running.Add(1)
	return nil
}

func (s *Server) isClosed() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.closed
}

func (s *Server) unregister(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.processes, p.id)
	s.running.Done()
}

func (s *Server) find(id string) *process {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.processes[id]
}
