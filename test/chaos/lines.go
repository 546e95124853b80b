package chaos

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eda-demo/internal/event"
	faults "eda-demo/local/chaos"
)

// ledger counts what the runner prints about faults.
type ledger struct {
	injected map[faults.Fault]int
	retries  int
	// excuses are how often a fault may have led to a second mail.
	excuses map[about]int
	// throttled are the refused notes of the notification function.
	throttled map[about]int
}

func newLedger() *ledger {
	return &ledger{injected: map[faults.Fault]int{}, excuses: map[about]int{}, throttled: map[about]int{}}
}

var (
	faultLine = regexp.MustCompile(`^\S+  FAULT (\S+): ([^:]+): (.*)$`)
	eventText = regexp.MustCompile(`^(\w+) \{(?:"id":(\d+)|"bookingId":"([^"]+)")[,}]`)
)

// sdkAttempts is how often the SDK makes a call before it gives up.
const sdkAttempts = 3

// read takes in all that a runner has printed.
func (l *ledger) read(printed string) {
	for line := range strings.Lines(printed) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "  RETRY ") {
			l.retries++
			continue
		}
		if m := faultLine.FindStringSubmatch(line); m != nil {
			l.injected[faults.Fault(m[1])]++
			l.excuse(faults.Fault(m[1]), m[2], m[3])
		}
	}
}

func (l *ledger) excuse(fault faults.Fault, where, text string) {
	m := eventText.FindStringSubmatch(text)
	if m == nil {
		return
	}
	hit := about{subjectNames{json.Number(m[2]), m[3]}.id(), m[1]}
	switch {
	case fault == faults.DropAck && where == "sns.Publish", fault == faults.Crash && where == event.NotificationFunction:
		l.excuses[hit]++
	case fault == faults.Throttle && where == "dynamodb.UpdateItem":
		if l.throttled[hit]++; l.throttled[hit]%sdkAttempts == 0 {
			l.excuses[hit]++
		}
	}
}

// Kinds are the faults that were injected, by name.
func (r *Result) Kinds() []faults.Fault { return slices.Sorted(maps.Keys(r.Injected)) }

// Faults tells how many faults were injected of each kind.
func (r *Result) Faults() string {
	var parts []string
	for _, kind := range r.Kinds() {
		parts = append(parts, string(kind)+" "+strconv.Itoa(r.Injected[kind]))
	}
	return strings.Join(parts, ", ")
}
