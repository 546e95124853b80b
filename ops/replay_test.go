package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eda-demo/internal/event"
)

// archived is a world with events in the archives of two buses, now and two
// hours ago, and rules that lead to a queue: one and two on bus, and three on
// other.
func archived(t *testing.T) (w *world, queue string) {
	t.Helper()
	w = newWorld(t)
	ctx := t.Context()
	w.archivedBus(t, "bus", "all")
	w.archivedBus(t, "other", "all-others")
	queue = w.queue(t, "work")
	_, err := w.root.queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &queue, Attributes: map[string]string{
		"Policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:work"}}`,
	}})
	must(t, err)
	for rule, bus := range map[string]string{"one": "bus", "two": "bus", "three": "other"} {
		w.has("AWS::Events::Rule", bus+"|"+rule)
		_, err = w.root.buses.PutRule(ctx, &eventbridge.PutRuleInput{Name: &rule, EventBusName: &bus, EventPattern: aws.String(`{"source":["s"]}`)})
		must(t, err)
		_, err = w.root.buses.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: &rule, EventBusName: &bus, Targets: []eventtypes.Target{{
			Id: aws.String("t"), Arn: aws.String("arn:aws:sqs:us-east-1:000000000000:work"),
		}}})
		must(t, err)
	}
	return w, queue
}

// archivedBus makes a bus whose archive has an event of now and one of two hours
// ago.
func (w *world) archivedBus(t *testing.T, bus, archive string) {
	t.Helper()
	ctx := t.Context()
	made, err := w.root.buses.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: &bus})
	must(t, err)
	_, err = w.root.buses.CreateArchive(ctx, &eventbridge.CreateArchiveInput{ArchiveName: &archive, EventSourceArn: made.EventBusArn})
	must(t, err)
	w.has("AWS::Events::Archive", archive)
	for _, at := range []time.Time{time.Now().Add(-2 * time.Hour), time.Now().Add(-time.Minute)} {
		out, err := w.root.buses.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{{
			EventBusName: &bus, Source: aws.String("s"), DetailType: aws.String("d"), Detail: aws.String("{}"), Time: &at,
		}}})
		if err != nil || out.FailedEntryCount > 0 {
			t.Fatalf("put an event: %v, %v", out, err)
		}
	}
}

func TestReplay(t *testing.T) {
	tests := []struct {
		arguments []string
		want      int // messages
		says      string
	}{
		{[]string{"-from", "1h"}, 3, "of archive all-others"},
		{[]string{"-from", "1h", "-archive", "all-others"}, 1, "to all rules has started"},
		{[]string{"-from", "3h"}, 6, "COMPLETED"},
		{[]string{"-from", "3h", "-to", "1h", "-archive", "all"}, 2, "COMPLETED"},
		{[]string{"-from", "3h", "-rule", "one"}, 2, "to rule one has started"},
		{[]string{"-from", "3h", "-rule", "one", "-archive", "all"}, 2, "to rule one has started"},
		{[]string{"-from", "3h", "-rule", "one", "-rule", "two"}, 4, "to rule one, two has started"},
		{[]string{"-from", "3h", "-rule", "two", "-rule", "three"}, 4, "to rule three has started"},
		{[]string{"-from", "2000-01-01T00:00:00Z", "-to", "2000-01-02T00:00:00+01:00"}, 0, "people are notified again"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.arguments, " "), func(t *testing.T) {
			w, queue := archived(t)
			w.asOperator(t)
			w.expect(t, 0, []string{test.says}, append([]string{"replay", "-wait"}, test.arguments...)...)
			want := fmt.Sprintf("%d visible, 0 hidden", test.want)
			for deadline := time.Now().Add(5 * time.Second); w.left(t, queue) != want; {
				if time.Now().After(deadline) {
					t.Fatalf("the queue has %s, want %s", w.left(t, queue), want)
				}
			}
		})
	}
}

func TestReplayIsNotAwaitedUnasked(t *testing.T) {
	w, _ := archived(t)
	w.expect(t, 0, []string{"aws events describe-replay --replay-name ops-"}, "replay", "-from", "1h")
}

func TestReplayFails(t *testing.T) {
	w, _ := archived(t)
	w.expect(t, 1, []string{"Rule arn:aws:events:us-east-1:000000000000:rule/bus/none does not exist"}, "replay", "-from", "1h", "-rule", "none", "-archive", "all")
	w.expect(t, exitUsage, []string{`stack EdaDemo has no rule "none" on a bus with an archive; it has bus|one, bus|two, other|three`}, "replay", "-from", "1h", "-rule", "none")
	empty := newWorld(t)
	empty.expect(t, 1, []string{"stack EdaDemo has no archive"}, "replay", "-from", "1h")
	w.act(t, w.root)
	w.expect(t, 1, []string{"find archive none"}, "replay", "-from", "1h", "-archive", "none")
	w.expect(t, 1, []string{"find stack Other"}, "replay", "-from", "1h", "-stack", "Other")
}

func TestReplayTellsWhoIsNotified(t *testing.T) {
	for rules, want := range map[string]bool{
		"": true, "one": false, event.NotificationRule: true, "one " + event.BookingNotificationRule: true,
	} {
		if got := (plan{rules: strings.Fields(rules)}).notifies(); got != want {
			t.Errorf("a replay to %q notifies: %v, want %v", rules, got, want)
		}
	}
}

func TestRuleARN(t *testing.T) {
	for bus, want := range map[string]string{
		"arn:aws:events:us-east-1:1:event-bus/b":       "arn:aws:events:us-east-1:1:rule/b/r",
		"arn:aws:events:us-east-1:1:event-bus/default": "arn:aws:events:us-east-1:1:rule/r",
	} {
		if got := ruleARN(bus, "r"); got != want {
			t.Errorf("ruleARN(%s, r) = %s, want %s", bus, got, want)
		}
	}
}
