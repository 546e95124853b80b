package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/booking"
)

const bookingsFile = "../../docs/bookings.md"

// stateDiagram is the block that is generated.
var stateDiagram = regexp.MustCompile("(?s)(```mermaid\n)(stateDiagram-v2\n.*?)(```\n)")

// TestBookingsDiagramIsCurrent holds the diagram of statuses against the steps
// that the booking service takes.
func TestBookingsDiagramIsCurrent(t *testing.T) {
	text := read(t, bookingsFile)
	found := stateDiagram.FindAllStringSubmatchIndex(text, -1)
	if len(found) != 1 {
		t.Fatalf("%s has %d state diagrams, want 1", bookingsFile, len(found))
	}
	from, to := found[0][4], found[0][5]
	got, want := booking.Diagram(), text[from:to]
	if *update {
		if err := os.WriteFile(bookingsFile, []byte(text[:from]+got+text[to:]), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the diagram in docs/bookings.md is not what internal/booking does; the first line that differs:\n"+
			"now %s\nwas %s\nTo rewrite it: go test ./test/docs -run TestBookings -update", firstDifference([]byte(got), []byte(want)), firstDifference([]byte(want), []byte(got)))
	}
}

// TestBookingsNamesTests holds that every test which the document names to show
// a decision is where it says: folder.TestName.
func TestBookingsNamesTests(t *testing.T) {
	named := regexp.MustCompile("`([a-z0-9/]+)\\.(Test\\w+)`").FindAllStringSubmatch(read(t, bookingsFile), -1)
	for _, match := range named {
		folder, name := match[1], match[2]
		files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(file string) bool { return strings.Contains(read(t, file), "\nfunc "+name+"(t *testing.T)") }) {
			t.Errorf("docs/bookings.md names %s of %s, and there is no such test", name, folder)
		}
	}
	if len(named) < 20 {
		t.Errorf("docs/bookings.md names %d tests, want 20 or more", len(named))
	}
}
