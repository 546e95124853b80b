package eventbridge

import (
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

const replaysBucket = "events-replays"

// replays are the replays of the last 90 days, by name.
type replays struct {
	kept *store.Store

	mu     sync.Mutex
	byName map[string]*replay
}

func loadReplays(kept *store.Store) (*replays, error) {
	r := &replays{kept: kept, byName: map[string]*replay{}}
	return r, store.LoadJSON(kept, replaysBucket, func(name string, found replay) error {
		r.byName[name] = &found
		return nil
	})
}

// begin adds a replay whose name was not used yet, and forgets old ones. queue
// has its task taken charge of first: one without a replay is dropped, a replay
// without a task would never end.
func (r *replays) begin(started *replay, queue func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	active, taken := 0, false
	var old []string
	for name, other := range r.byName {
		switch {
		case !other.active() && time.Since(other.Started) >= replaysKept:
			old = append(old, name)
			continue
		case other.active():
			active++
		}
		taken = taken || name == started.Name
	}
	switch {
	case taken:
		return frontdoor.Errorf("ResourceAlreadyExistsException", "Replay %s already exists.", started.Name)
	case active >= maxReplays:
		return tooMany()
	}
	if err := queue(); err != nil {
		return err
	}
	err := r.kept.Update(func(tx *store.Tx) {
		for _, name := range old {
			tx.Delete(replaysBucket, name)
		}
		tx.Put(replaysBucket, started.Name, started)
	})
	if err != nil {
		return err
	}
	for _, name := range old {
		delete(r.byName, name)
	}
	r.byName[started.Name] = started
	return nil
}

// find returns the named replay, or nil.
func (r *replays) find(name string) *replay {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[name]
}

// all returns the replays that keep accepts, by name.
func (r *replays) all(keep func(*replay) bool) []*replay {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sortedBy(r.byName, keep)
}

// change replaces a replay by a changed copy and returns it.
func (r *replays) change(name string, change func(*replay) error) (*replay, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.byName[name]
	if old == nil {
		return nil, noReplay(name)
	}
	changed := *old
	if err := change(&changed); err != nil {
		return nil, err
	}
	if err := r.kept.Update(func(tx *store.Tx) { tx.Put(replaysBucket, name, &changed) }); err != nil {
		return nil, err
	}
	r.byName[name] = &changed
	return &changed, nil
}
