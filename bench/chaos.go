package main

import (
	"context"
	"fmt"
	"os"
	"time"

	faults "eda-demo/local/chaos"
	"eda-demo/test/chaos"
)

// The long run of orders and bookings under faults. The pauses between retries are long
// enough that a notification which was interrupted can be taken over by the next
// attempt: its claim ends 9 seconds after it began.
const (
	chaosOrders  = 2000
	chaosClients = 16
	chaosKills   = 4
	chaosBackoff = 0.2
	// A flight is booked for so many orders.
	ordersAFlight = 500
)

// proveUnderFaults places orders and bookings under faults, prints what happened, and fails
// if the model does not allow what came of them.
func proveUnderFaults(ctx context.Context, s settings) error {
	spec, err := faults.Parse(faults.Example)
	if err != nil {
		return err
	}
	runner, err := buildRunner(ctx, s)
	if err != nil {
		return err
	}
	ops, err := buildCommand(ctx, s, "ops")
	if err != nil {
		return err
	}
	started := time.Now()
	got, err := chaos.Run(ctx, chaos.Settings{
		Root: s.root, Runner: runner, Ops: ops, Dir: s.dir, Orders: s.orders, Flights: s.orders / ordersAFlight, Clients: chaosClients,
		Faults: spec, Seed: s.seed, Backoff: chaosBackoff, Kills: chaosKills,
		Patience: 2*time.Minute + time.Duration(s.orders)*150*time.Millisecond,
		Report: func(format string, arguments ...any) {
			fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, arguments...))
		},
	})
	result := chaosTable(s, got)
	result.print(s.out)
	for _, violation := range got.Violations {
		fmt.Fprintln(s.out, "VIOLATION:", violation)
	}
	if err == nil && len(got.Violations) > 0 {
		err = fmt.Errorf("%d violations", len(got.Violations))
	}
	if err != nil {
		return fmt.Errorf("under faults: %w; to see this again: go run ./bench -chaos -seed %d -orders %d", err, s.seed, s.orders)
	}
	return nil
}

func chaosTable(s settings, got chaos.Result) table {
	t := table{title: fmt.Sprintf("%d orders and %d bookings under faults, seed %d", got.Orders, got.Bookings.Count(), s.seed), head: []string{"", "count"}}
	for _, kind := range got.Kinds() {
		t.add("injected: "+string(kind), fmt.Sprint(got.Injected[kind]))
	}
	for _, row := range []struct {
		what  string
		count int
	}{
		{"bookings with a ticket", got.Bookings.Tickets},
		{"bookings refunded and cancelled, their flights full", got.Bookings.Refunds},
		{"bookings cancelled, their payment declined", got.Bookings.Declined},
		{"kill -9 of the runner", got.Kills},
		{"requests answered with an error, and repeated", got.Refused},
		{"deliveries tried again", got.Retries},
		{"events seen again on the bus", got.Duplicates},
		{"dead letters, all put back", got.DeadLetters},
		{"failed executions, all started again", got.Restarted},
		{"second mails, all explained by a fault", got.SecondMails},
		{"violations of the model", len(got.Violations)},
	} {
		t.add(row.what, fmt.Sprint(row.count))
	}
	t.add("seconds", fmt.Sprintf("%.0f", got.Took.Seconds()))
	t.note = "Faults: " + faults.Example + ". Every order ended with the status that its amount demands, every flight with one ticket for each seat and the other bookings refunded, once; see test/chaos."
	if len(got.Violations) > 0 {
		t.note = "Faults: " + faults.Example + "."
	}
	return t
}
