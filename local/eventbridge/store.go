package eventbridge

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"eda-demo/local/eventpattern"
	"eda-demo/local/iam"
)

// bus is an event bus. It is replaced, never changed.
type bus struct {
	name        string
	description string
	created     time.Time
	modified    time.Time
	document    []json.RawMessage          // statements of its Policy
	statements  map[string]json.RawMessage // added to it, by id
	policy      *iam.Policy                // nil without statements
}

// rule is a rule with its targets. It is replaced, never changed.
type rule struct {
	bus         string
	name        string
	arn         string
	description string
	pattern     string
	compiled    *eventpattern.Pattern
	enabled     bool
	targets     []target // by ascending id
}

// target is a target with what its deliveries have in common.
type target struct {
	Target
	header []byte // see newHeader
}

// state is all that the service has in memory. Each change goes through change.
type state struct {
	mu     sync.RWMutex
	tables tables
}

type tables struct {
	buses   map[string]*bus
	rules   map[string]map[string]*rule // by bus, by name
	enabled map[string][]*rule          // by bus: what events are matched against

	archives map[string]*archive   // by name
	fed      map[string][]*archive // by bus, which feeds them
}

func newState() *state {
	return &state{tables: tables{
		buses: map[string]*bus{}, rules: map[string]map[string]*rule{}, enabled: map[string][]*rule{},
		archives: map[string]*archive{}, fed: map[string][]*archive{},
	}}
}

// change runs f with exclusive access to the tables. When f returns an error it
// must not have put or deleted anything.
func (s *state) change(f func(*tables) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(&s.tables)
}

// bus returns the named bus, or nil.
func (s *state) bus(name string) *bus {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables.buses[name]
}

// allBuses returns the buses whose names begin with prefix, by name.
func (s *state) allBuses(prefix string) []*bus {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return sortedBy(s.tables.buses, func(b *bus) bool { return strings.HasPrefix(b.name, prefix) })
}

// enabledRules returns the enabled rules of a bus by name, and whether the bus
// exists. The slice must not be changed.
func (s *state) enabledRules(bus string) (rules []*rule, exists bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables.enabled[bus], s.tables.buses[bus] != nil
}

// rule returns a rule, or AWS's error if it or its bus does not exist.
func (s *state) rule(bus, name string) (*rule, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables.rule(bus, name)
}

// rules returns the rules of a bus that keep accepts, by name.
func (s *state) rules(bus string, keep func(*rule) bool) ([]*rule, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.tables.buses[bus] == nil {
		return nil, noBus(bus)
	}
	return sortedBy(s.tables.rules[bus], keep), nil
}

// archive returns the named archive, or nil.
func (s *state) archive(name string) *archive {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables.archives[name]
}

// archives returns the archives that keep accepts, by name.
func (s *state) archives(keep func(*archive) bool) []*archive {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return sortedBy(s.tables.archives, keep)
}

// archivesOf returns the archives of a bus. The slice must not be changed.
func (s *state) archivesOf(bus string) []*archive {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables.fed[bus]
}

func (t *tables) rule(bus, name string) (*rule, error) {
	if t.buses[bus] == nil {
		return nil, noBus(bus)
	}
	if r := t.rules[bus][name]; r != nil {
		return r, nil
	}
	return nil, notFound("Rule %s does not exist on EventBus %s.", name, bus)
}

func noBus(name string) error { return notFound("Event bus %s does not exist.", name) }

func (t *tables) putBus(b *bus) { t.buses[b.name] = b }

// deleteBus deletes a bus that has no rules.
func (t *tables) deleteBus(name string) {
	delete(t.buses, name)
	delete(t.rules, name)
	delete(t.enabled, name)
	delete(t.fed, name)
}

func (t *tables) putRule(r *rule) {
	if t.rules[r.bus] == nil {
		t.rules[r.bus] = map[string]*rule{}
	}
	t.rules[r.bus][r.name] = r
	t.indexEnabled(r.bus)
}

func (t *tables) deleteRule(bus, name string) {
	if t.rules[bus][name] == nil {
		return
	}
	delete(t.rules[bus], name)
	t.indexEnabled(bus)
}

func (t *tables) indexEnabled(bus string) {
	t.enabled[bus] = sortedBy(t.rules[bus], func(r *rule) bool { return r.enabled })
}

func (t *tables) putArchive(a *archive) {
	t.archives[a.name] = a
	t.indexFed(a.bus)
}

func (t *tables) deleteArchive(a *archive) {
	delete(t.archives, a.name)
	t.indexFed(a.bus)
}

func (t *tables) indexFed(bus string) {
	t.fed[bus] = sortedBy(t.archives, func(a *archive) bool { return a.bus == bus })
}

// sortedBy returns the values that keep accepts, by ascending key.
func sortedBy[V any](values map[string]V, keep func(V) bool) []V {
	var kept []V
	for _, key := range slices.SortedFunc(maps.Keys(values), cmp.Compare[string]) {
		if keep(values[key]) {
			kept = append(kept, values[key])
		}
	}
	return kept
}
