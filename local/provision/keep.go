package provision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eda-demo/local/store"
)

// Buckets of the store: a stack's header and its specs by its id, its resources
// by id and logical id, those that were replaced, and its events.
const (
	headers   = "stacks"
	specs     = "stack-specs"
	resources = "stack-resources"
	retired   = "stack-replaced"
	events    = "stack-events"
)

func keyOf(s *state, part string) string { return s.Identity.ID + "|" + part }

func (e *Engine) keepHeader(h header) error {
	return e.config.Store.Update(func(tx *store.Tx) { tx.Put(headers, h.Identity.ID, h) })
}

// keptSpecs is what a stack is told to be, and what it last was in full.
type keptSpecs struct {
	Spec   Spec
	Stable *Spec `json:",omitempty"`
}

// keepTurn keeps the stack's header, its specs and its newest event.
func (e *Engine) keepTurn(s *state, event Event) error {
	return e.config.Store.Update(func(tx *store.Tx) {
		tx.Put(headers, s.Identity.ID, s.header)
		tx.Put(specs, s.Identity.ID, keptSpecs{s.Spec, s.Stable})
		e.keepEvent(tx, s, event)
	})
}

func (e *Engine) keepEvent(tx *store.Tx, s *state, event Event) {
	tx.Put(events, keyOf(s, store.Sequence(s.Sequence)), event)
	if s.Sequence > maxEvents {
		tx.Delete(events, keyOf(s, store.Sequence(s.Sequence-maxEvents)))
	}
}

func (e *Engine) keepResource(s *state, r *Resource, event Event) error {
	return e.config.Store.Update(func(tx *store.Tx) {
		tx.Put(headers, s.Identity.ID, s.header)
		tx.Put(resources, keyOf(s, r.LogicalID), r)
		e.keepEvent(tx, s, event)
	})
}

// retiredKey tells apart the resources that had one logical id.
func retiredKey(s *state, r *Resource) string {
	return keyOf(s, fmt.Sprintf("%s|%d", r.LogicalID, r.Generation))
}

// forget removes all that is kept of a stack.
func (e *Engine) forget(s *state) error {
	return e.config.Store.Update(func(tx *store.Tx) {
		tx.Delete(headers, s.Identity.ID)
		tx.Delete(specs, s.Identity.ID)
		for id := range s.resources {
			tx.Delete(resources, keyOf(s, id))
		}
		for _, r := range s.retired {
			tx.Delete(retired, retiredKey(s, r))
		}
		for i := range s.events {
			tx.Delete(events, keyOf(s, store.Sequence(s.Sequence-uint64(i))))
		}
	})
}

// load reads what is kept.
func (e *Engine) load() error {
	byID := map[string]*state{}
	err := store.LoadJSON(e.config.Store, headers, func(id string, h header) error {
		s := &state{header: h, resources: map[string]*Resource{}, loaded: h.Status}
		byID[id] = s
		e.stacks = append(e.stacks, s)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(e.stacks, func(a, b *state) int { return a.Created.Compare(b.Created) })
	return e.loadParts(byID)
}

func (e *Engine) loadParts(byID map[string]*state) error {
	owner := func(key string) (*state, error) {
		id, _, _ := strings.Cut(key, "|")
		if s := byID[id]; s != nil {
			return s, nil
		}
		return nil, fmt.Errorf("there is no stack %s", id)
	}
	return firstError(
		func() error {
			return store.LoadJSON(e.config.Store, specs, func(id string, kept keptSpecs) error {
				s, err := owner(id)
				if err == nil {
					s.Spec, s.Stable = kept.Spec, kept.Stable
				}
				return err
			})
		},
		func() error {
			return store.LoadJSON(e.config.Store, resources, func(key string, r Resource) error {
				s, err := owner(key)
				if err == nil {
					s.resources[r.LogicalID] = &r
				}
				return err
			})
		},
		func() error {
			return store.LoadJSON(e.config.Store, retired, func(key string, r Resource) error {
				s, err := owner(key)
				if err == nil {
					s.retired = append(s.retired, &r)
				}
				return err
			})
		},
		func() error {
			return store.LoadJSON(e.config.Store, events, func(key string, event Event) error {
				s, err := owner(key)
				if err == nil {
					s.events = append(s.events, event)
				}
				return err
			})
		},
	)
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// adjust changes what the stack keeps of a resource, without an event.
func (e *Engine) adjust(s *state, r Resource) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.config.Store.Update(func(tx *store.Tx) { tx.Put(resources, keyOf(s, r.LogicalID), r) })
	if err == nil {
		s.resources[r.LogicalID] = &r
	}
	return err
}

// retire adds a resource that has been, or is to be, replaced by another.
func (e *Engine) retire(s *state, r *Resource) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.config.Store.Update(func(tx *store.Tx) {
		tx.Put(headers, s.Identity.ID, s.header)
		tx.Put(retired, retiredKey(s, r), r)
	})
	if err == nil {
		s.retired = append(s.retired, r)
	}
	return err
}

// exchange puts made in the place of current, which is retired instead of
// back: what made was until now.
func (e *Engine) exchange(s *state, made, current Resource, back *Resource) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	made.Changed = time.Now()
	event := s.tellOf(&made)
	err := e.config.Store.Update(func(tx *store.Tx) {
		tx.Put(headers, s.Identity.ID, s.header)
		tx.Put(resources, keyOf(s, made.LogicalID), made)
		tx.Put(retired, retiredKey(s, &current), current)
		tx.Delete(retired, retiredKey(s, back))
		e.keepEvent(tx, s, event)
	})
	if err != nil {
		return err
	}
	s.resources[made.LogicalID] = &made
	s.retired = append(slices.DeleteFunc(s.retired, func(r *Resource) bool { return r == back }), &current)
	e.observe(event)
	return nil
}

// progress tells the status of a resource that is being deleted; it may be one
// that was replaced.
func (e *Engine) progress(s *state, r Resource) error {
	if !s.isRetired(r) {
		return e.put(s, r)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Changed = time.Now()
	event := s.tellOf(&r)
	err := e.config.Store.Update(func(tx *store.Tx) {
		tx.Put(headers, s.Identity.ID, s.header)
		e.keepEvent(tx, s, event)
	})
	if err != nil {
		return err
	}
	e.observe(event)
	return nil
}

// drop takes a resource out of the stack and tells its last status, unless
// that is "".
func (e *Engine) drop(s *state, r Resource, status Status, reason string) error {
	old := s.isRetired(r)
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Status, r.Reason, r.Changed = status, reason, time.Now()
	var event Event
	if status != "" {
		event = s.tellOf(&r)
	}
	err := e.config.Store.Update(func(tx *store.Tx) {
		if old {
			tx.Delete(retired, retiredKey(s, &r))
		} else {
			tx.Delete(resources, keyOf(s, r.LogicalID))
		}
		if status != "" {
			tx.Put(headers, s.Identity.ID, s.header)
			e.keepEvent(tx, s, event)
		}
	})
	if err != nil {
		return err
	}
	s.forgetResource(r, old)
	if status != "" {
		e.observe(event)
	}
	return nil
}

func (s *state) forgetResource(r Resource, old bool) {
	if !old {
		delete(s.resources, r.LogicalID)
		return
	}
	s.retired = slices.DeleteFunc(s.retired, func(other *Resource) bool {
		return other.LogicalID == r.LogicalID && other.Generation == r.Generation
	})
}
