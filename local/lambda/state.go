package lambda

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"eda-demo/local/frontdoor"
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

func (s *state) addFunction(f *function) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[f.name] != nil {
		return functionExists(f.name)
	}
	if err := s.reserve(f, f.now().settings); err != nil {
		return err
	}
	s.functions[f.name] = f
	return nil
}

// setRevision replaces the current revision of a function.
func (s *state) setRevision(f *function, next *revision) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[f.name] != f {
		return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "Function not found: " + f.arn}
	}
	if err := s.reserve(f, next.settings); err != nil {
		return err
	}
	f.current.Store(next)
	return nil
}

// removeFunction removes and returns a function; nil if there is none.
func (s *state) removeFunction(name string) *function {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[name]
	delete(s.functions, name)
	return f
}

// reserve refuses a reservation for a function that leaves too little to the
// account's other functions; s.mu is held.
func (s *state) reserve(f *function, set settings) error {
	if set.ReservedConcurrentExecutions == nil {
		return nil
	}
	left := accountConcurrency - int64(*set.ReservedConcurrentExecutions)
	for _, other := range s.functions {
		if reserved := other.now().settings.ReservedConcurrentExecutions; reserved != nil && other != f {
			left -= int64(*reserved)
		}
	}
	if left < unreservedConcurrency {
		return fmt.Errorf("property ReservedConcurrentExecutions: %d decreases account's UnreservedConcurrentExecution below its minimum value of [%d]",
			*set.ReservedConcurrentExecutions, unreservedConcurrency)
	}
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

func (s *state) addEventInvoke(f *function, settings eventInvoke) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.async != nil {
		return fmt.Errorf("function %s already has an event invoke config", f.name)
	}
	f.async = &settings
	return nil
}

func (s *state) replaceEventInvoke(f *function, settings eventInvoke) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.async == nil || f.async.id != settings.id {
		return f.noEventInvoke()
	}
	f.async = &settings
	return nil
}

// removeEventInvoke removes the settings with an id, if they are there.
func (s *state) removeEventInvoke(f *function, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.async != nil && f.async.id == id {
		f.async = nil
	}
}

// putMapping adds a mapping, or puts it in the place of an old one.
func (s *state) putMapping(m, old *mapping) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conflict(m, old); err != nil {
		return err
	}
	if old != nil && s.mappings[m.uuid] != old {
		return noMapping()
	}
	s.mappings[m.uuid] = m
	return nil
}

// checkMapping refuses a mapping that putMapping would refuse.
func (s *state) checkMapping(m, old *mapping) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.conflict(m, old)
}

// conflict refuses a second mapping of a source to a function; s.mu is held.
func (s *state) conflict(m, old *mapping) error {
	for _, other := range s.mappings {
		if other != old && (other.uuid == m.uuid || other.source == m.source && other.function == m.function) {
			return &frontdoor.Error{Code: "ResourceConflictException", Status: 409, Message: fmt.Sprintf(
				"The event source arn (\" %s \") and function (\" %s \") provided mapping already exists. Please update or delete the existing mapping with UUID %s",
				m.source, m.function, other.uuid)}
		}
	}
	return nil
}

// removeMapping removes and returns a mapping; nil if there is none.
func (s *state) removeMapping(uuid string) *mapping {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mappings[uuid]
	delete(s.mappings, uuid)
	return m
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
