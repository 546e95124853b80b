package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/internal/event"
	"eda-demo/internal/notification"
)

// plan is the replay of one archive.
type plan struct {
	archive *eventbridge.DescribeArchiveOutput
	bus     string // ARN
	rules   []string
}

// plan finds the archives, and which of the rules belongs to each.
func (o replayOptions) plan(ctx context.Context, a *account) ([]plan, error) {
	if o.archive != "" {
		p, err := a.planOf(ctx, o.archive)
		p.rules = o.rules
		return []plan{p}, err
	}
	s, err := a.stack(ctx, o.stack)
	if err != nil {
		return nil, err
	}
	var plans []plan
	for _, name := range s.ids("AWS::Events::Archive") {
		p, err := a.planOf(ctx, name)
		if err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	if len(plans) == 0 {
		return nil, fmt.Errorf("stack %s has no archive", o.stack)
	}
	return o.withRules(plans, s)
}

func (a *account) planOf(ctx context.Context, archive string) (plan, error) {
	out, err := a.buses.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &archive})
	if err != nil {
		return plan{}, fmt.Errorf("find archive %s: %w", archive, err)
	}
	return plan{archive: out, bus: aws.ToString(out.EventSourceArn)}, nil
}

// withRules leaves of the plans those whose buses have chosen rules, with these.
func (o replayOptions) withRules(plans []plan, s *stack) ([]plan, error) {
	if len(o.rules) == 0 {
		return plans, nil
	}
	there := s.ids("AWS::Events::Rule") // <bus>|<rule>
	for _, rule := range o.rules {
		found := false
		for i, p := range plans {
			_, bus, _ := strings.Cut(p.bus, ":event-bus/")
			if slices.Contains(there, bus+"|"+rule) {
				plans[i].rules, found = append(p.rules, rule), true
			}
		}
		if !found {
			return nil, unusable("stack %s has no rule %q on a bus with an archive; it has %s", s.name, rule, strings.Join(there, ", "))
		}
	}
	return slices.DeleteFunc(plans, func(p plan) bool { return len(p.rules) == 0 }), nil
}

// replay starts the replay and says so, or waits for its end.
func (p plan) replay(ctx context.Context, c console, a *account, from, to time.Time, wait bool) error {
	name, err := p.start(ctx, a, from, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Replay %s of archive %s from %s to %s to %s has started.\n",
		name, aws.ToString(p.archive.ArchiveName), stamp(from), stamp(to), p.destination())
	if oldest := time.Now().Add(-notification.Retention); from.Before(oldest) && p.notifies() {
		fmt.Fprintf(c.out, "Of events before %s people are notified again: nobody remembers that they were.\n", stamp(oldest))
	}
	if wait {
		return a.await(ctx, c.out, name)
	}
	fmt.Fprintf(c.out, "How far it is:  aws events describe-replay --replay-name %s\n", name)
	return nil
}

// notifies tells whether events are replayed to the notification service.
func (p plan) notifies() bool {
	return len(p.rules) == 0 || slices.Contains(p.rules, event.NotificationRule) || slices.Contains(p.rules, event.BookingNotificationRule)
}

func (p plan) destination() string {
	if len(p.rules) == 0 {
		return "all rules"
	}
	return "rule " + strings.Join(p.rules, ", ")
}

func (p plan) start(ctx context.Context, a *account, from, to time.Time) (string, error) {
	name := fmt.Sprintf("ops-%s-%s", time.Now().UTC().Format("20060102T150405Z"), strings.ToLower(rand.Text()[:6]))
	destination := &types.ReplayDestination{Arn: &p.bus}
	for _, rule := range p.rules {
		destination.FilterArns = append(destination.FilterArns, ruleARN(p.bus, rule))
	}
	_, err := a.buses.StartReplay(ctx, &eventbridge.StartReplayInput{
		ReplayName: &name, EventSourceArn: p.archive.ArchiveArn, Destination: destination, EventStartTime: &from, EventEndTime: &to,
	})
	if err != nil {
		return "", fmt.Errorf("start the replay: %w", err)
	}
	return name, nil
}

// ruleARN leaves the default bus out, as AWS does.
func ruleARN(bus, rule string) string {
	path := strings.Replace(bus, ":event-bus/", ":rule/", 1)
	return strings.TrimSuffix(path, "/default") + "/" + rule
}
