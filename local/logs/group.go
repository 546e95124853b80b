package logs

import (
	"sort"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// maxGroupSize bounds the memory of one group's events, in bytes; see the
// package's documentation.
const maxGroupSize = 16 << 20

// eventOverhead is about what an event takes besides its message, in bytes.
const eventOverhead = 128

// groupSettings are what a group is created with. Name and class never change.
type groupSettings struct {
	name, class string
	retention   int               // days; 0: for ever
	protected   bool              // against deletion
	tags        map[string]string // replaced, never changed
}

// group is a log group. All changes of its state are the methods in this file
// and in add.go. They are made in the store first.
type group struct {
	name    string
	created time.Time
	kept    *store.Store

	mu       sync.Mutex
	gone     bool // deleted
	settings groupSettings
	streams  map[string]*stream
	events   []event // ascending
	size     int
}

type stream struct {
	name    string
	created time.Time
	first   int64 // timestamps of events, ms
	last    int64
	written time.Time // zero until the first event
}

// event is a log event. Events are ordered by key: first by timestamp, then
// as they came in.
type event struct {
	key       key
	ingestion int64 // ms
	message   string
	stream    *stream
}

// size is what the event counts in its group's size.
func (e event) size() int { return len(e.message) + eventOverhead }

// key orders events: milliseconds since 1970, then the number of the event.
type key struct {
	timestamp int64
	sequence  uint64
}

func (k key) compare(other key) int {
	switch {
	case k.timestamp < other.timestamp, k.timestamp == other.timestamp && k.sequence < other.sequence:
		return -1
	case k == other:
		return 0
	}
	return 1
}

func (s *Service) newGroup(initial groupSettings) *group {
	return &group{name: initial.name, created: time.Now(), kept: s.kept, settings: initial, streams: map[string]*stream{}}
}

// create keeps a new group.
func (g *group) create() error {
	return g.keep(func(tx *store.Tx) { g.keepGroup(tx, g.settings) })
}

// end deletes the group with everything in it, unless it is protected.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protecting-log-groups-from-deletion.html
func (g *group) end() error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.mu.Unlock()
	if g.settings.protected {
		return frontdoor.Errorf("ValidationException", "Cannot delete log group with deletion protection enabled. Disable deletion protection first.")
	}
	err := g.keep(func(tx *store.Tx) {
		tx.Drop(streamsKept + g.name)
		tx.Drop(eventsKept + g.name)
		tx.Delete(groupsKept, g.name)
	})
	if err != nil {
		return err
	}
	g.gone = true
	g.streams, g.events, g.size = nil, nil, 0
	return nil
}

// enter locks the group, unless it was deleted since it was found.
func (g *group) enter() error {
	g.mu.Lock()
	if g.gone {
		g.mu.Unlock()
		return noSuchGroup()
	}
	return nil
}

// configure changes what can be changed of the settings.
func (g *group) configure(alter func(*groupSettings) error) error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.mu.Unlock()
	changed := g.settings
	if err := alter(&changed); err != nil {
		return err
	}
	if err := g.keep(func(tx *store.Tx) { g.keepGroup(tx, changed) }); err != nil {
		return err
	}
	g.settings = changed
	return nil
}

func (g *group) setRetention(days int) error {
	return g.configure(func(changed *groupSettings) error {
		changed.retention = days
		return nil
	})
}

// addStream creates a stream; false if there is one of that name.
func (g *group) addStream(name string) (bool, error) {
	if err := g.enter(); err != nil {
		return false, err
	}
	defer g.mu.Unlock()
	if g.streams[name] != nil {
		return false, nil
	}
	st := &stream{name: name, created: time.Now()}
	if err := g.keep(func(tx *store.Tx) { g.keepStream(tx, st) }); err != nil {
		return false, err
	}
	g.streams[name] = st
	return true, nil
}

// removeStream deletes a stream and its events; false if there is none.
func (g *group) removeStream(name string) (bool, error) {
	if err := g.enter(); err != nil {
		return false, err
	}
	defer g.mu.Unlock()
	gone := g.streams[name]
	if gone == nil {
		return false, nil
	}
	kept, dropped, size := make([]event, 0, len(g.events)), []event(nil), 0
	for _, e := range g.events {
		if e.stream == gone {
			dropped = append(dropped, e)
			continue
		}
		kept = append(kept, e)
		size += e.size()
	}
	err := g.keep(func(tx *store.Tx) {
		g.dropEvents(tx, dropped)
		tx.Delete(streamsKept+g.name, name)
	})
	if err != nil {
		return false, err
	}
	delete(g.streams, name)
	g.events, g.size = kept, size
	return true, nil
}

// view calls look with the events within the retention, ascending. look must
// not keep the slice.
func (g *group) view(look func(events []event)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	oldest := g.oldestKept(time.Now())
	look(g.events[sort.Search(len(g.events), func(i int) bool { return g.events[i].key.timestamp >= oldest }):])
}

func (g *group) class() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.settings.class
}

func (g *group) currentTags() map[string]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.settings.tags
}

func (g *group) hasStream(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.streams[name] != nil
}
