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
	published map[string]int       // numbers of the last versions, by function
}

func (s *state) init() {
	s.functions, s.mappings, s.published = map[string]*function{}, map[string]*mapping{}, map[string]int{}
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
	f.latest.current.Store(next)
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

// policy returns the resource policy of a function, version or alias; it is
// never changed, only replaced.
func (s *state) policy(f *function, qualifier string) policy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if qualifier == latest {
		qualifier = ""
	}
	return f.policies[qualifier]
}

// changePolicy replaces the resource policy of a target.
func (s *state) changePolicy(t target, change func(policy) (policy, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := change(t.function.policies[t.qualifier])
	if err != nil {
		return err
	}
	t.function.policies[t.qualifier] = changed
	return nil
}

// eventInvoke returns the settings of a target's asynchronous invocation, and
// whether they were configured.
func (s *state) eventInvoke(t target) (eventInvoke, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	settings := t.function.asyncs[t.qualifier]
	if settings == nil {
		return defaultEventInvoke, false
	}
	return *settings, true
}

func (s *state) addEventInvoke(t target, settings eventInvoke) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.function.asyncs[t.qualifier] != nil {
		return fmt.Errorf("function %s already has an event invoke config", t.qualifiedARN())
	}
	t.function.asyncs[t.qualifier] = &settings
	return nil
}

func (s *state) replaceEventInvoke(t target, settings eventInvoke) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := t.function.asyncs[t.qualifier]; old == nil || old.id != settings.id {
		return t.noEventInvoke()
	}
	t.function.asyncs[t.qualifier] = &settings
	return nil
}

// removeEventInvoke removes the settings with an id, if they are there.
func (s *state) removeEventInvoke(t target, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := t.function.asyncs[t.qualifier]; old != nil && old.id == id {
		delete(t.function.asyncs, t.qualifier)
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
		if other != old && (other.uuid == m.uuid || other.source == m.source && other.function == m.function && other.qualifier == m.qualifier) {
			return &frontdoor.Error{Code: "ResourceConflictException", Status: 409, Message: fmt.Sprintf(
				"The event source arn (\" %s \") and function (\" %s \") provided mapping already exists. Please update or delete the existing mapping with UUID %s",
				m.source, m.functionName(), other.uuid)}
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
