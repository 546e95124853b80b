package lambda

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// state is the functions and mappings of the service. What changes of a
// function after its creation is guarded here too.
type state struct {
	mu        sync.RWMutex
	functions map[string]*function // by name
	mappings  map[string]*mapping  // by UUID
}

func (s *state) init() {
	s.functions, s.mappings = map[string]*function{}, map[string]*mapping{}
}

func (s *state) function(name string) *function {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.functions[name]
}

// allFunctions returns the functions ordered by name.
func (s *state) allFunctions() []*function {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.functions), func(a, b *function) int { return strings.Compare(a.name, b.name) })
}

// reserved returns the sum of the functions' reserved concurrency.
func (s *state) reserved() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var sum int64
	for _, f := range s.functions {
		if f.settings.ReservedConcurrentExecutions != nil {
			sum += int64(*f.settings.ReservedConcurrentExecutions)
		}
	}
	return sum
}

func (s *state) addFunction(f *function) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[f.name] != nil {
		return fmt.Errorf("function %s already exists", f.name)
	}
	s.functions[f.name] = f
	return nil
}

// policy returns the resource policy of a function; it is never changed, only
// replaced.
func (s *state) policy(f *function) policy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f.policy
}

// changePolicy replaces the resource policy of a function.
func (s *state) changePolicy(f *function, change func(policy) (policy, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := change(f.policy)
	if err != nil {
		return err
	}
	f.policy = changed
	return nil
}

// eventInvoke returns the settings of a function's asynchronous invocation,
// and whether they were configured.
func (s *state) eventInvoke(f *function) (eventInvoke, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if f.async == nil {
		return defaultEventInvoke, false
	}
	return *f.async, true
}

func (s *state) setEventInvoke(f *function, settings eventInvoke) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.async != nil {
		return fmt.Errorf("function %s already has an event invoke config", f.name)
	}
	f.async = &settings
	return nil
}

func (s *state) addMapping(m *mapping) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.mappings {
		if other.source == m.source && other.function == m.function {
			return fmt.Errorf("an event source mapping of %s to function %s already exists", m.source, m.function.name)
		}
	}
	s.mappings[m.uuid] = m
	return nil
}

func (s *state) mapping(uuid string) *mapping {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.mappings[uuid]
}

// allMappings returns the mappings ordered by UUID.
func (s *state) allMappings() []*mapping {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.mappings), func(a, b *mapping) int { return strings.Compare(a.uuid, b.uuid) })
}
