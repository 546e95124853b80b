// Package docs holds the documents in docs/ against the system that they are
// about: events.md and the diagram in bookings.md are generated, the runbook's
// commands are run, links lead somewhere.
package docs

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"text/template"

	"eda-demo/internal/event"
)

// update rewrites what is generated in docs/:
//
//	go test ./test/docs -run 'TestEvents|TestBookings' -update
var update = flag.Bool("update", false, "rewrite docs/events.md and the diagram in docs/bookings.md")

const eventsFile = "../../docs/events.md"

//go:embed events.md.tmpl
var eventsTemplate string

func TestEventsDocumentIsCurrent(t *testing.T) {
	got := renderEvents(t)
	if *update {
		if err := os.WriteFile(eventsFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(eventsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/events.md is not what internal/event and the synthesized rules say; the first line that differs:\n"+
			"now %s\nwas %s\nTo rewrite it: go test ./test/docs -run TestEvents -update", firstDifference(got, want), firstDifference(want, got))
	}
}

// eventPage is what is said of one kind of event.
type eventPage struct {
	event.Type
	// Heading is the detail type, and the source where two have the same.
	Heading                string
	SchemaText, SampleText string
	OtherSamples           []string
	Producer               string
	Consumers              []consumer
}

// Anchor is the event's heading as links name it.
func (p eventPage) Anchor() string { return anchor(p.Heading) }

// busPages is what is said of the events of one bus.
type busPages struct {
	busWiring
	Events []eventPage
}

func renderEvents(t *testing.T) []byte {
	t.Helper()
	wired := readWiring(t)
	var buses []busPages
	for _, bus := range wired.buses(t) {
		pages := busPages{busWiring: bus}
		for _, kind := range event.Types() {
			if kind.Bus == bus.Bus {
				pages.Events = append(pages.Events, newEventPage(t, wired, bus, kind))
			}
		}
		buses = append(buses, pages)
	}
	parsed, err := template.New("events.md").Funcs(template.FuncMap{"code": code}).Parse(eventsTemplate)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, buses); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func newEventPage(t *testing.T, wired wiring, bus busWiring, kind event.Type) eventPage {
	t.Helper()
	page := eventPage{
		Type:       kind,
		Heading:    kind.DetailType,
		SchemaText: strings.TrimSpace(string(kind.Schema)),
		SampleText: strings.TrimSpace(string(kind.Samples[0].JSON)),
		Producer:   wired.producer(t, kind.Source),
		Consumers:  bus.consumersOf(t, kind.Samples),
	}
	for _, other := range event.Types() {
		if other.DetailType == kind.DetailType && other.Source != kind.Source {
			page.Heading = kind.DetailType + " of " + kind.Source
		}
	}
	for _, sample := range kind.Samples[1:] {
		page.OtherSamples = append(page.OtherSamples, sample.Name)
	}
	return page
}

// code writes a value of a template as JSON in a code span.
func code(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return "`" + string(out) + "`"
}

func firstDifference(a, b []byte) string {
	other := strings.Split(string(b), "\n")
	for i, line := range strings.Split(string(a), "\n") {
		if i >= len(other) || line != other[i] {
			return line
		}
	}
	return "(end)"
}
