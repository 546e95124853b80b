// Package chaos proves the system under faults: it places orders and bookings
// through the local runner while deliveries, functions and calls go wrong and
// the runner itself is killed, and compares what came of each with a model.
//
// What it holds the system to:
//
//   - An order that was acknowledged ends with the status that its amount
//     demands, and its history has that step and no other.
//   - OrderCreated, one payment event and one final event are published at least
//     once each, and no others; however often they are published, they are the
//     same events by their ids, each caused by the one before.
//   - Each of these events is told of by mail, once. A second mail is possible
//     where a fault hits between SNS taking the mail and the function noting
//     that: a process that dies there, an answer of SNS that gets lost, a note
//     that is throttled until the function gives up. Only where such a fault was
//     injected may there be one.
//   - A booking that was acknowledged ends with a ticket, or cancelled: as its
//     payment was declined, which its amount decides, or because no seat was
//     left for it, and then it is refunded. Its history is that way step by
//     step, its events are published as those of orders are, and its end is told
//     of by mail. What payment, seats and tickets keep of it agrees: money is kept
//     exactly for those with tickets, and a seat has one booking. A flight that
//     has more bookings than seats ends with all its seats taken.
//   - Nothing is left: no order without a final status, no execution that runs
//     or has failed, no dead letter. What became a dead letter is put back with
//     `go run ./ops redrive`, and counted; an execution that failed is started
//     again.
package chaos

import (
	"fmt"
	"time"

	faults "eda-demo/local/chaos"
)

// Settings say what is run.
type Settings struct {
	Root   string // the module's folder
	Runner string // the compiled runner
	Ops    string // the compiled ops
	Dir    string // for the runner's state; empty
	Orders int
	// Flights is how many flights of 180 seats are booked, each by 500 who can
	// pay and 20 who can't.
	Flights int
	Clients int
	Faults  faults.Spec
	Seed    uint64
	// Backoff multiplies the pauses between retries.
	Backoff float64
	// Kills is how often the runner is killed while all is placed.
	Kills int
	// Patience is how long after the last request everything may take to settle.
	Patience time.Duration
	// Report is told what is going on.
	Report func(format string, arguments ...any)
}

// Result is what came of it.
type Result struct {
	Orders int
	// Bookings is what became of the bookings.
	Bookings Outcome
	// Injected counts the faults by kind.
	Injected map[faults.Fault]int
	Kills    int
	// Refused counts the requests of clients that were answered with an error of
	// the server, or not at all.
	Refused int
	// Retries counts the further attempts of deliveries.
	Retries int
	// Duplicates counts events that are in the log once more.
	Duplicates int
	// DeadLetters counts the dead letters that were put back, Restarted the
	// executions that had failed.
	DeadLetters, Restarted int
	// SecondMails counts mails about events that there was a mail about.
	SecondMails int
	Took        time.Duration
	// Violations are what the model does not allow.
	Violations []string
}

// flags are the runner's.
func (s *Settings) flags(outputs string) []string {
	flags := []string{
		"-context", "email=" + email, "-data", s.Dir + "/data", "-outputs", outputs, "-backoff", fmt.Sprint(s.Backoff),
	}
	if len(s.Faults) > 0 {
		flags = append(flags, "-chaos", s.Faults.String(), "-seed", fmt.Sprint(s.Seed))
	}
	return flags
}

// email is the subscriber's.
const email = "customer@example.com"
