package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const replayUsage = `Usage: go run ./ops replay -from TIME [flags]

It puts the archived events of a time range on their bus again. Each bus has an
archive: all of the stack's are replayed to all rules, or with -archive the one
of that name, or with -rule, which can be repeated, those of the chosen rules'
buses, to these rules. The time is the event's own. TIME is RFC 3339
(2026-11-20T08:00:00Z) or how long ago (90m, 24h).

  go run ./ops replay -from 1h -wait
  go run ./ops replay -from 1h -archive eda-demo-booking-events
  go run ./ops replay -from 2026-11-20T08:00:00Z -to 2026-11-20T09:00:00Z -rule notification-service

The events come in no certain order and with a replay-name. Consumers that have
seen them do nothing, as long as they remember: the notification service does
so for 30 days, and would mail older events again. On AWS it can take ten minutes
until an event is in the archive, and a replay takes minutes.
`

type replayOptions struct {
	stack   string
	archive string
	from    string
	to      string
	rules   names
	wait    bool
}

// names is a flag that can be repeated.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(name string) error {
	if name == "" {
		return errors.New("the name is empty")
	}
	*n = append(*n, name)
	return nil
}

func replay(ctx context.Context, c console, flags *flag.FlagSet, arguments []string) error {
	var o replayOptions
	flags.StringVar(&o.stack, "stack", defaultStack, "the stack `name`")
	flags.StringVar(&o.archive, "archive", "", "the archive's `name` (default those of the stack, or of the rules' buses)")
	flags.StringVar(&o.from, "from", "", "replay events from this `time` on")
	flags.StringVar(&o.to, "to", "", "replay events before this `time` (default now)")
	flags.Var(&o.rules, "rule", "replay to the rule with this `name` only; can be repeated")
	flags.BoolVar(&o.wait, "wait", false, "show how far it is until it has ended")
	if err := parse(c, flags, arguments); err != nil {
		return err
	}
	from, to, err := o.timeRange(time.Now())
	if err != nil {
		return err
	}
	a, err := newAccount(ctx)
	if err != nil {
		return err
	}
	plans, err := o.plan(ctx, a)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range plans {
		errs = append(errs, p.replay(ctx, c, a, from, to, o.wait))
	}
	return errors.Join(errs...)
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func (o replayOptions) timeRange(now time.Time) (from, to time.Time, err error) {
	if o.from == "" {
		return from, to, unusable("replay: -from is missing")
	}
	if from, err = moment(o.from, now); err != nil {
		return from, to, unusable("replay: -from %v", err)
	}
	if to = now; o.to != "" {
		if to, err = moment(o.to, now); err != nil {
			return from, to, unusable("replay: -to %v", err)
		}
	}
	if !from.Before(to) {
		return from, to, unusable("replay: -from %s is not before -to %s", stamp(from), stamp(to))
	}
	return from, to, nil
}

// moment reads RFC 3339, or how long ago.
func moment(text string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	ago, err := time.ParseDuration(text)
	if err != nil || ago < 0 {
		return time.Time{}, fmt.Errorf("%q is neither RFC 3339, such as 2026-11-20T08:00:00Z, nor how long ago, such as 1h", text)
	}
	return now.Add(-ago), nil
}

// Pauses between two looks at a replay: it takes milliseconds in the local
// runner, and minutes on AWS.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// await shows how far a replay is until it has ended. When it is given up, the
// replay goes on.
func (a *account) await(ctx context.Context, out io.Writer, name string) error {
	said := ""
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		r, err := a.buses.DescribeReplay(ctx, &eventbridge.DescribeReplayInput{ReplayName: &name})
		if err != nil {
			return fmt.Errorf("look at replay %s: %w", name, err)
		}
		if text := progress(r); text != said {
			fmt.Fprintln(out, text)
			said = text
		}
		switch r.State {
		case types.ReplayStateCompleted:
			return nil
		case types.ReplayStateCancelled, types.ReplayStateFailed:
			return fmt.Errorf("replay %s is %s %s", name, r.State, aws.ToString(r.StateReason))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("replay %s goes on; to end it: aws events cancel-replay --replay-name %s", name, name)
		case <-time.After(pause):
		}
	}
}

func progress(r *eventbridge.DescribeReplayOutput) string {
	text := string(r.State)
	if r.EventLastReplayedTime != nil && slices.Contains([]types.ReplayState{types.ReplayStateRunning, types.ReplayStateCompleted}, r.State) {
		text += ": events up to " + stamp(*r.EventLastReplayedTime)
	}
	return text
}
