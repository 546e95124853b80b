package logs

import (
	"encoding/json"
	"fmt"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Buckets of the store: groups and policies by name, and for each group its
// streams by name and its events by the text of their key.
const (
	groupsKept   = "logs/groups"
	policiesKept = "logs/policies"
	streamsKept  = "logs/streams/"
	eventsKept   = "logs/events/"
)

// keptGroup is a group in the store.
type keptGroup struct {
	Class     string
	Created   time.Time
	Tags      map[string]string `json:",omitempty"`
	Retention int               `json:",omitempty"`
	Protected bool              `json:",omitempty"`
}

// keptStream is a stream in the store.
type keptStream struct {
	Created     time.Time
	First, Last int64 `json:",omitempty"`
	Written     time.Time
}

// MarshalJSON encodes the stream for the store.
func (st *stream) MarshalJSON() ([]byte, error) {
	return json.Marshal(keptStream{st.created, st.first, st.last, st.written})
}

// keptEvent is an event in the store.
type keptEvent struct {
	Stream    string `json:"s"`
	Ingestion int64  `json:"i"`
	Message   string `json:"m"`
}

// keptPolicy is a resource policy in the store.
type keptPolicy struct {
	Document string
	Updated  time.Time
}

// keep makes changes in the store, if it lasts; g.mu is held.
func (g *group) keep(change func(*store.Tx)) error {
	if !g.kept.Lasting() {
		return nil
	}
	return g.kept.Update(change)
}

// keepGroup keeps the group with the settings that it is to have.
func (g *group) keepGroup(tx *store.Tx, c groupSettings) {
	tx.Put(groupsKept, g.name, keptGroup{c.class, g.created, c.tags, c.retention, c.protected})
}

func (g *group) keepStream(tx *store.Tx, st *stream) { tx.Put(streamsKept+g.name, st.name, st) }

func (g *group) keepEvent(tx *store.Tx, e event, stream string) {
	tx.Put(eventsKept+g.name, e.key.text(), keptEvent{stream, e.ingestion, e.message})
}

func (g *group) dropEvents(tx *store.Tx, events []event) {
	for _, e := range events {
		tx.Delete(eventsKept+g.name, e.key.text())
	}
}

// load takes over what an earlier run has left.
func (s *Service) load() error {
	err := store.LoadJSON(s.kept, groupsKept, func(name string, k keptGroup) error {
		g := s.newGroup(groupSettings{name, k.Class, k.Retention, k.Protected, k.Tags})
		g.created = k.Created
		s.groups[name] = g
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range s.groups {
		if err := g.load(); err != nil {
			return fmt.Errorf("log group %s: %w", g.name, err)
		}
		for _, e := range g.events {
			s.sequence.Store(max(s.sequence.Load(), e.key.sequence))
		}
	}
	return s.loadPolicies()
}

func (g *group) load() error {
	err := store.LoadJSON(g.kept, streamsKept+g.name, func(name string, k keptStream) error {
		g.streams[name] = &stream{name: name, created: k.Created, first: k.First, last: k.Last, written: k.Written}
		return nil
	})
	if err != nil {
		return err
	}
	return store.LoadJSON(g.kept, eventsKept+g.name, func(text string, k keptEvent) error {
		at, err := parseKey(text)
		if err != nil {
			return err
		}
		into := g.streams[k.Stream]
		if into == nil {
			return fmt.Errorf("event %s is of the stream %s, which does not exist", text, k.Stream)
		}
		g.insert(event{key: at, ingestion: k.Ingestion, message: k.Message, stream: into})
		return nil
	})
}

func (s *Service) loadPolicies() error {
	err := store.LoadJSON(s.kept, policiesKept, func(name string, k keptPolicy) error {
		parsed, err := iam.ParsePolicy([]byte(k.Document))
		if err != nil {
			return fmt.Errorf("resource policy %s: %w", name, err)
		}
		s.policies[name] = resourcePolicy{name, k.Document, parsed, k.Updated}
		return nil
	})
	s.merge()
	return err
}
