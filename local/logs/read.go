package logs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/logs/filterpattern"
)

// Limits of one page of events.
const (
	maxPageEvents = 10000
	maxPageSize   = 1 << 20 // bytes of messages, perEventSize for each event included
)

// text writes a key as an event id: 56 digits, in the order of the keys.
func (k key) text() string { return fmt.Sprintf("%020d%036d", k.timestamp, k.sequence) }

func parseKey(text string) (key, error) {
	if len(text) != 56 {
		return key{}, invalid("The specified nextToken is invalid.")
	}
	timestamp, err1 := strconv.ParseInt(text[:20], 10, 64)
	sequence, err2 := strconv.ParseUint(text[20:], 10, 64)
	if err1 != nil || err2 != nil || timestamp < 0 {
		return key{}, invalid("The specified nextToken is invalid.")
	}
	return key{timestamp, sequence}, nil
}

// selection is which events of a group a call wants. Times are in
// milliseconds since 1970, both included.
type selection struct {
	after, before *key // exclusive
	from, to      *int64
	stream        func(name string) bool
	pattern       *filterpattern.Pattern // nil: all
	descending    bool
	limit         int
}

func (sel *selection) wants(e *event) bool {
	if sel.from != nil && e.key.timestamp < *sel.from || sel.to != nil && e.key.timestamp > *sel.to {
		return false
	}
	if sel.after != nil && e.key.compare(*sel.after) <= 0 || sel.before != nil && e.key.compare(*sel.before) >= 0 {
		return false
	}
	return sel.stream(e.stream.name) && (sel.pattern == nil || sel.pattern.Matches(e.message))
}

// page returns the first events that are wanted, in the order asked for, and
// whether there are more.
func (g *group) page(sel selection) (page []event, more bool) {
	size := 0
	take := func(e *event) bool {
		if !sel.wants(e) {
			return true
		}
		size += len(e.message) + perEventSize
		if len(page) == sel.limit || len(page) > 0 && size > maxPageSize {
			more = true
			return false
		}
		page = append(page, *e)
		return true
	}
	g.view(func(events []event) {
		for i := range events {
			if sel.descending {
				i = len(events) - 1 - i
			}
			if !take(&events[i]) {
				return
			}
		}
	})
	return page, more
}

func pageLimit(limit *int) (int, error) {
	if limit == nil {
		return maxPageEvents, nil
	}
	if *limit < 1 || *limit > maxPageEvents {
		return 0, invalid("limit must be between 1 and %d, not %d", maxPageEvents, *limit)
	}
	return *limit, nil
}

type getEventsInput struct {
	byIdentifier
	LogStreamName string `json:"logStreamName"`
	StartTime     *int64 `json:"startTime"`
	EndTime       *int64 `json:"endTime"`
	NextToken     string `json:"nextToken"`
	Limit         *int   `json:"limit"`
	StartFromHead bool   `json:"startFromHead"`
}

func (in *getEventsInput) location() (group, stream string) {
	group, _ = in.byIdentifier.location()
	return group, in.LogStreamName
}

type outputEvent struct {
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
}

type getEventsOutput struct {
	Events            []outputEvent `json:"events"`
	NextForwardToken  string        `json:"nextForwardToken"`
	NextBackwardToken string        `json:"nextBackwardToken"`
}

// getEvents answers with both tokens always; at the end of a stream the token
// of that direction is the one that was given.
func (s *Service) getEvents(_ context.Context, in *getEventsInput) (*getEventsOutput, error) {
	g, err := s.group(in.byIdentifier)
	if err != nil {
		return nil, err
	}
	if !g.hasStream(in.LogStreamName) {
		return nil, noSuchStream()
	}
	sel, at, err := in.selection()
	if err != nil {
		return nil, err
	}
	page, _ := g.page(sel)
	if sel.descending {
		slices.Reverse(page)
	}
	out := &getEventsOutput{Events: []outputEvent{}, NextForwardToken: "f/" + at.text(), NextBackwardToken: "b/" + at.text()}
	for _, e := range page {
		out.Events = append(out.Events, outputEvent{e.key.timestamp, e.message, e.ingestion})
	}
	if len(page) > 0 {
		out.NextBackwardToken = "b/" + page[0].key.text()
		out.NextForwardToken = "f/" + page[len(page)-1].key.text()
	}
	return out, nil
}

// selection also returns the place that the token names.
func (in *getEventsInput) selection() (sel selection, at key, err error) {
	sel = selection{from: in.StartTime, stream: func(name string) bool { return name == in.LogStreamName }}
	if in.EndTime != nil {
		last := *in.EndTime - 1 // the end itself is excluded here
		sel.to = &last
	}
	if sel.limit, err = pageLimit(in.Limit); err != nil {
		return sel, at, err
	}
	direction, position, _ := strings.Cut(in.NextToken, "/")
	switch direction {
	case "":
		sel.descending = !in.StartFromHead
		return sel, at, nil
	case "f":
		sel.after = &at
	case "b":
		sel.before, sel.descending = &at, true
	default:
		return sel, at, invalid("The specified nextToken is invalid.")
	}
	at, err = parseKey(position)
	return sel, at, err
}
