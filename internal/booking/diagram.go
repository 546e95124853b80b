package booking

import (
	"fmt"
	"slices"
	"strings"
)

// Diagram draws the statuses and the steps between them as a state diagram of
// Mermaid, https://mermaid.js.org/syntax/stateDiagram.html. Notes say what
// becomes of the events that do not go on from a status by a step.
func Diagram() string {
	lines := []string{fmt.Sprintf("[*] --> %s : POST /booking", Created)}
	for _, s := range steps {
		how := s.source
		if how == "" {
			how = "at once, by the same write"
		}
		lines = append(lines, fmt.Sprintf("%s --> %s : %s", s.from, s.to, how))
	}
	for _, status := range Statuses() {
		if status.Final() {
			lines = append(lines, fmt.Sprintf("%s --> [*]", status))
		}
	}
	for _, status := range Statuses() {
		if status.sequel() == "" {
			lines = slices.Concat(lines, []string{fmt.Sprintf("note right of %s", status)}, decisions(status), []string{"end note"})
		}
	}
	return "stateDiagram-v2\n    " + strings.Join(lines, "\n    ") + "\n"
}

// decisions says what becomes of events for bookings with the status, for each
// of the facts that may have led to it at once.
func decisions(status Status) []string {
	var lines []string
	for _, s := range steps {
		if s.to == status && s.source == "" {
			lines = append(lines, fmt.Sprintf("After %s", s.from))
			lines = append(lines, verdicts(Booking{Status: status, History: []Change{{Status: s.from}, {Status: status}}})...)
		}
	}
	if lines == nil {
		lines = verdicts(Booking{Status: status, History: []Change{{Status: status}}})
	}
	return lines
}

// verdicts groups the events of other services by what becomes of them.
func verdicts(b Booking) []string {
	var lines []string
	for _, of := range []struct {
		verdict Verdict
		meaning string
	}{
		{Ahead, "Early, goes there over the gap"},
		{Late, "Late, fills the gap or changes nothing"},
		{Known, "Again, changes nothing"},
		{Contradicted, "Contradicts, changes nothing but is warned of"},
	} {
		var facts []string
		for _, fact := range Statuses() {
			if fact.source() != "" && b.Judge(fact) == of.verdict {
				facts = append(facts, string(fact))
			}
		}
		if facts != nil {
			lines = append(lines, fmt.Sprintf("    %s - %s", of.meaning, strings.Join(facts, ", ")))
		}
	}
	return lines
}
