package logs

import (
	"slices"
	"sort"
	"time"

	"eda-demo/local/store"
)

// add stores events of a stream, ascending by timestamp, and drops the oldest
// ones of the group to make room; false if there is no such stream.
func (g *group) add(streamName string, events []event) (bool, error) {
	if err := g.enter(); err != nil {
		return false, err
	}
	defer g.mu.Unlock()
	into := g.streams[streamName]
	if into == nil {
		return false, nil
	}
	next, excess := into.with(events), g.excess(events)
	err := g.keep(func(tx *store.Tx) {
		g.dropEvents(tx, g.events[:excess])
		for _, e := range events {
			g.keepEvent(tx, e, streamName)
		}
		g.keepStream(tx, &next)
	})
	if err != nil {
		return false, err
	}
	g.dropOldest(excess)
	for _, e := range events {
		e.stream = into
		g.insert(e)
	}
	into.first, into.last, into.written = next.first, next.last, next.written
	return true, nil
}

// insert puts an event in its place, mostly the end; g.mu is held.
func (g *group) insert(e event) {
	g.size += e.size()
	end := len(g.events)
	if end == 0 || g.events[end-1].key.compare(e.key) < 0 {
		g.events = append(g.events, e)
		return
	}
	at := sort.Search(end, func(i int) bool { return g.events[i].key.compare(e.key) > 0 })
	g.events = slices.Insert(g.events, at, e)
}

// with is the stream as it is with more events.
func (st *stream) with(events []event) stream {
	next := stream{name: st.name, created: st.created, first: st.first, last: st.last, written: st.written}
	for _, e := range events {
		if next.written.IsZero() || e.key.timestamp < next.first {
			next.first = e.key.timestamp
		}
		if next.written.IsZero() || e.key.timestamp > next.last {
			next.last = e.key.timestamp
		}
		next.written = time.UnixMilli(e.ingestion)
	}
	return next
}

// excess is how many of the oldest events have to go: those beyond the
// retention, and those for which there is no room with the ones to come; g.mu
// is held.
func (g *group) excess(coming []event) int {
	size := g.size
	for _, e := range coming {
		size += e.size()
	}
	oldest := g.oldestKept(time.Now())
	n := 0
	for n < len(g.events) && (size > maxGroupSize || g.events[n].key.timestamp < oldest) {
		size -= g.events[n].size()
		n++
	}
	return n
}

func (g *group) dropOldest(n int) {
	for _, e := range g.events[:n] {
		g.size -= e.size()
	}
	clear(g.events[:n])
	g.events = g.events[n:]
}

// oldestKept is the timestamp before which events are beyond the retention.
func (g *group) oldestKept(now time.Time) int64 {
	if g.settings.retention == 0 {
		return 0
	}
	return now.AddDate(0, 0, -g.settings.retention).UnixMilli()
}
