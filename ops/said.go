package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"eda-demo/internal/event"
)

// said is an event as the catch-all log group has it, once for each time that it
// has it.
type said struct {
	bus, source, detailType string
	what                    string // detail type and id, as a person names the event
	thing                   thing
	says                    string
	id                      string // eventId, or the envelope's
	cause                   string // eventId, or ""
	envelope                string // the envelope's id
	replay                  string // the replay that brought it, or ""
	own                     time.Time
	logged                  time.Time

	// What arrange finds out.
	at    time.Time
	depth int    // how many of the events it follows from, one from another
	again string // how an event came once more; "" for the first time
}

// thing is what an event is about: a kind, such as "booking", and its id.
type thing struct{ kind, id string }

// facts are the fields of a detail that a person wants to see, in this order,
// with what is written before each. Who the customer is, is not.
var facts = [][2]string{
	{"flightId", "flight "}, {"amount", "amount "}, {"seat", "seat "}, {"paymentId", "payment "}, {"ticketId", "ticket "}, {"reason", ""},
}

// hear reads an event. Whatever it lacks stays empty.
func hear(message string, logged time.Time) *said {
	var envelope struct {
		head
		Replay string `json:"replay-name"`
	}
	var with struct {
		Metadata event.Metadata `json:"metadata"`
	}
	fields := map[string]json.RawMessage{}
	// An event that is no such thing has a row of its own, without what is missing.
	_ = json.Unmarshal([]byte(message), &envelope)
	_ = json.Unmarshal(envelope.Detail, &with)
	_ = json.Unmarshal(envelope.Detail, &fields)
	metadata := with.Metadata.Or(event.Envelope{ID: envelope.ID})
	return &said{
		bus: busOf(envelope.Source), source: envelope.Source, detailType: envelope.DetailType,
		what: cell(describe([]byte(message))), thing: thingOf(fields), says: tell(fields),
		id: metadata.EventID, cause: metadata.CausationID, envelope: envelope.ID, replay: envelope.Replay,
		own: envelope.Time.UTC(), logged: logged,
	}
}

// busOf is where a source publishes: an event does not name its bus.
func busOf(source string) string {
	for _, kind := range event.Types() {
		if kind.Source == source {
			return kind.Bus
		}
	}
	return "?"
}

func thingOf(fields map[string]json.RawMessage) thing {
	if id := scalar(fields["bookingId"]); id != "" {
		return thing{"booking", id}
	}
	if id := scalar(fields["id"]); id != "" {
		return thing{"order", id}
	}
	return thing{}
}

func tell(fields map[string]json.RawMessage) string {
	var told []string
	for _, fact := range facts {
		if value := scalar(fields[fact[0]]); value != "" {
			told = append(told, fact[1]+cell(short(value)))
		}
	}
	return strings.Join(told, ", ")
}

// scalar is a string or number of JSON as text, "" for everything else.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

// prompt is how much later than it happened an event may be in the log for its
// time there to be taken for its own, which has whole seconds only.
const prompt = 5 * time.Second

func (e *said) late() time.Duration { return e.logged.Sub(e.own) }

func (e *said) isLate() bool { return !e.own.IsZero() && e.late() > prompt }

// text is what the event says, and what is to be said of it.
func (e *said) text() string {
	var told []string
	if e.says != "" {
		told = append(told, e.says)
	}
	switch {
	case e.again != "":
		told = append(told, e.again)
	case e.replay != "":
		told = append(told, "replay "+cell(e.replay))
	case e.isLate():
		told = append(told, fmt.Sprintf("in the log %v later", e.late().Round(time.Second)))
	}
	return strings.Join(told, "; ")
}

// arrange finds the repetitions among events, when each happened as far as that
// is known, and sorts them by that, causes before what follows from them.
func arrange(all []*said) {
	slices.SortStableFunc(all, func(a, b *said) int { return a.logged.Compare(b.logged) })
	first := map[string]*said{}
	delivered := map[string]bool{}
	for _, e := range all {
		e.at = e.logged
		switch {
		case e.id == "": // no event: nothing can follow from it
		case first[e.id] == nil:
			first[e.id] = e
			if e.isLate() {
				e.at = e.own
			}
		case e.replay != "":
			e.again = "again: replay " + cell(e.replay)
		case delivered[e.envelope]:
			e.again = "again: delivered twice"
		default:
			e.again = "again: published twice"
		}
		delivered[e.envelope] = true
	}
	placed := map[*said]bool{}
	for _, e := range all {
		place(e, first, placed)
	}
	slices.SortStableFunc(all, func(a, b *said) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.depth, b.depth))
	})
}

// place puts an event after its cause, and a repetition after the first.
func place(e *said, first map[string]*said, placed map[*said]bool) {
	if placed[e] {
		return // also where causes go round in a circle
	}
	placed[e] = true
	before := first[e.cause]
	if e.again != "" {
		before = first[e.id]
	}
	if before == nil || before == e {
		return
	}
	place(before, first, placed)
	e.depth = before.depth + 1
	if e.at.Before(before.at) {
		e.at = before.at
	}
}
