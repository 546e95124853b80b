package logs

import (
	"slices"
	"sort"
	"sync"
	"time"
)

// maxGroupSize bounds the memory of one group's events, in bytes; see the
// package's documentation.
const maxGroupSize = 16 << 20

// eventOverhead is about what an event takes besides its message, in bytes.
const eventOverhead = 128

// group is a log group. All changes of its state are the methods in this file.
type group struct {
	name    string
	class   string
	created time.Time
	tags    map[string]string

	mu        sync.Mutex
	retention int // days; 0: for ever
	streams   map[string]*stream
	events    []event // ascending
	size      int
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

func (g *group) setRetention(days int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.retention = days
}

// addStream creates a stream; false if there is one of that name.
func (g *group) addStream(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.streams[name] != nil {
		return false
	}
	g.streams[name] = &stream{name: name, created: time.Now()}
	return true
}

// removeStream deletes a stream and its events; false if there is none.
func (g *group) removeStream(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	gone := g.streams[name]
	if gone == nil {
		return false
	}
	delete(g.streams, name)
	kept := make([]event, 0, len(g.events))
	g.size = 0
	for _, e := range g.events {
		if e.stream != gone {
			kept = append(kept, e)
			g.size += len(e.message) + eventOverhead
		}
	}
	g.events = kept
	return true
}

// add stores events of a stream, ascending by timestamp; false if there is no
// such stream.
func (g *group) add(streamName string, events []event) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	into := g.streams[streamName]
	if into == nil {
		return false
	}
	for _, e := range events {
		e.stream = into
		g.insert(e)
		into.note(e)
	}
	g.trim()
	return true
}

// insert puts an event in its place, mostly the end; g.mu is held.
func (g *group) insert(e event) {
	g.size += len(e.message) + eventOverhead
	end := len(g.events)
	if end == 0 || g.events[end-1].key.compare(e.key) < 0 {
		g.events = append(g.events, e)
		return
	}
	at := sort.Search(end, func(i int) bool { return g.events[i].key.compare(e.key) > 0 })
	g.events = slices.Insert(g.events, at, e)
}

func (st *stream) note(e event) {
	if st.written.IsZero() || e.key.timestamp < st.first {
		st.first = e.key.timestamp
	}
	if st.written.IsZero() || e.key.timestamp > st.last {
		st.last = e.key.timestamp
	}
	st.written = time.UnixMilli(e.ingestion)
}

// trim drops the oldest events as long as the group is too large, and those
// beyond its retention; g.mu is held.
func (g *group) trim() {
	oldest := g.oldestKept(time.Now())
	drop := 0
	for drop < len(g.events) && (g.size > maxGroupSize || g.events[drop].key.timestamp < oldest) {
		g.size -= len(g.events[drop].message) + eventOverhead
		g.events[drop] = event{}
		drop++
	}
	g.events = g.events[drop:]
}

// oldestKept is the timestamp before which events are beyond the retention.
func (g *group) oldestKept(now time.Time) int64 {
	if g.retention == 0 {
		return 0
	}
	return now.AddDate(0, 0, -g.retention).UnixMilli()
}

// view calls look with the events there are, ascending. look must not keep
// the slice.
func (g *group) view(look func(events []event)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trim()
	look(g.events)
}

func (g *group) hasStream(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.streams[name] != nil
}
