package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Fault is a way in which something goes wrong.
type Fault string

// The faults.
const (
	// Duplicate delivers an event, an asynchronous invocation or a batch of
	// records once more.
	Duplicate Fault = "duplicate"
	// Delay holds a delivery back, for seconds.
	Delay Fault = "delay"
	// Reorder holds a delivery back for a moment, in which others overtake it.
	Reorder Fault = "reorder"
	// Crash kills a function's process before, amid or after its work.
	Crash Fault = "crash"
	// Throttle refuses a call, an entry of a call or an invocation, and cancels a
	// transaction as if another wrote one of its items.
	Throttle Fault = "throttle"
	// DropAck carries a call out and tells the caller that it failed.
	DropAck Fault = "drop-ack"
)

// Retry is no fault: it is told to the observer when a delivery is tried again
// because of one.
const Retry Fault = "retry"

var faults = []Fault{Duplicate, Delay, Reorder, Crash, Throttle, DropAck}

// Example is a specification with all faults, as rates that the app is held to.
const Example = "duplicate=0.1,delay=0.2,reorder=0.2,crash=0.05,throttle=0.05,drop-ack=0.05"

// Spec has the probability of each fault; what it does not name does not
// happen.
type Spec map[Fault]float64

// Parse reads a specification such as Example: names with probabilities from 0
// to 1, each once.
func Parse(text string) (Spec, error) {
	spec := Spec{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		fault := Fault(name)
		if !found || !slices.Contains(faults, fault) {
			return nil, fmt.Errorf("%q is not fault=probability; the faults are %s", part, names())
		}
		if _, twice := spec[fault]; twice {
			return nil, fmt.Errorf("%s is given twice", fault)
		}
		probability, err := strconv.ParseFloat(value, 64)
		if err != nil || !(probability >= 0 && probability <= 1) {
			return nil, fmt.Errorf("%s=%s: a probability is a number from 0 to 1", fault, value)
		}
		spec[fault] = probability
	}
	return spec, nil
}

func names() string {
	var all []string
	for _, fault := range faults {
		all = append(all, string(fault))
	}
	return strings.Join(all, ", ")
}

// String is the specification as Parse reads it.
func (s Spec) String() string {
	var parts []string
	for _, fault := range slices.Sorted(maps.Keys(s)) {
		parts = append(parts, fmt.Sprintf("%s=%v", fault, s[fault]))
	}
	return strings.Join(parts, ",")
}
