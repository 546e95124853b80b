package eventbridge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"eda-demo/local/frontdoor/doortest"
)

func TestPutEventsReportsEachEntry(t *testing.T) {
	f := newFixture(t)
	f.rule(t, `{"Id":"q","Arn":"`+queueARN+`"}`)
	deep := strings.Repeat(`{"a":`, 1101) + "1" + strings.Repeat("}", 1101)
	cases := []struct {
		name  string
		entry types.PutEventsRequestEntry
		code  string
		text  string
	}{
		{"accepted", entry("order-service", "OrderCreated", `{"id":1}`, "orders"), "", ""},
		{"by ARN", entry("order-service", "OrderCreated", `{}`, "arn:aws:events:us-east-1:000000000000:event-bus/orders"), "", ""},
		{"default bus", types.PutEventsRequestEntry{Source: aws.String("s"), DetailType: aws.String("t"), Detail: aws.String("{}")}, "", ""},
		{"unknown bus", entry("order-service", "OrderCreated", `{}`, "nowhere"), "", ""},
		{"no source", types.PutEventsRequestEntry{DetailType: aws.String("t"), Detail: aws.String("{}")}, "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."},
		{"no detail type", types.PutEventsRequestEntry{Source: aws.String("s"), Detail: aws.String("{}")}, "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."},
		{"no detail", types.PutEventsRequestEntry{Source: aws.String("s"), DetailType: aws.String("t")}, "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."},
		{"reserved source", entry("aws.orders", "t", `{}`, "orders"), "NotAuthorizedForSourceException", "Not authorized for the source."},
		{"detail no JSON", entry("s", "t", `{"id":`, "orders"), "MalformedDetail", "Detail is malformed."},
		{"detail no object", entry("s", "t", `[1]`, "orders"), "MalformedDetail", "Detail is malformed."},
		{"detail too deep", entry("s", "t", deep, "orders"), "MalformedDetail", "Detail is malformed."},
		{"long detail type", entry("s", strings.Repeat("t", 129), `{}`, "orders"), "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is longer than 128 characters."},
	}
	client := f.client(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := client.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{c.entry, entry("s", "t", "{}", "orders")}})
			if err != nil {
				t.Fatal(err)
			}
			got := out.Entries[0]
			if aws.ToString(got.ErrorCode) != c.code || aws.ToString(got.ErrorMessage) != c.text {
				t.Errorf("got %q %q, want %q %q", aws.ToString(got.ErrorCode), aws.ToString(got.ErrorMessage), c.code, c.text)
			}
			failed := int32(0)
			if c.code != "" {
				failed = 1
			}
			if out.FailedEntryCount != failed || (got.EventId == nil) != (c.code != "") || out.Entries[1].EventId == nil {
				t.Errorf("got %d failed, ids %v and %v; want %d failed and ids where there is no error", out.FailedEntryCount, got.EventId, out.Entries[1].EventId, failed)
			}
		})
	}
	if stats := f.Stats(); stats.LostNoBus != 1 {
		t.Errorf("got %d events lost for an unknown bus, want 1", stats.LostNoBus)
	}
}

func TestPutEventsLimits(t *testing.T) {
	f := newFixture(t)
	client := f.client(t)
	put := func(entries ...types.PutEventsRequestEntry) error {
		_, err := client.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: entries})
		return err
	}
	// 3 bytes of source and detail type, and the 8 bytes of JSON around the text
	full := entry("s", "tt", `{"a":"`+strings.Repeat("x", 1<<20-3-8)+`"}`, "default")
	if err := put(full); err != nil {
		t.Errorf("1,048,576 bytes: got %v, want no error", err)
	}
	timed := full
	timed.Time = aws.Time(time.Now())
	eleven := make([]types.PutEventsRequestEntry, 11)
	for i := range eleven {
		eleven[i] = entry("s", "t", "{}", "default")
	}
	for name, entries := range map[string][]types.PutEventsRequestEntry{
		"14 bytes more for the time": {timed},
		"too many entries":           eleven,
		"no entry":                   {},
	} {
		if err := put(entries...); code(err) != "ValidationException" {
			t.Errorf("%s: got %v, want a ValidationException", name, err)
		}
	}
}

func code(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestPutEventsIsDecidedPerSource(t *testing.T) {
	f := newFixture(t)
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	cfg := doortest.Serve(t, f.door)
	role := doortest.AsRole(t, f.door, cfg, "publisher", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"events:PutEvents",
		"Resource":"arn:aws:events:us-east-1:000000000000:event-bus/orders","Condition":{"StringEquals":{"events:source":"order-service"}}}}`)
	client := sdk.NewFromConfig(role)
	put := func(entries ...types.PutEventsRequestEntry) error {
		_, err := client.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: entries})
		return err
	}
	if err := put(entry("order-service", "t", "{}", "orders")); err != nil {
		t.Errorf("own source: got %v, want no error", err)
	}
	for name, entries := range map[string][]types.PutEventsRequestEntry{
		"another source":                 {entry("payment-service", "t", "{}", "orders")},
		"another source in second place": {entry("order-service", "t", "{}", "orders"), entry("payment-service", "t", "{}", "orders")},
		"another bus":                    {entry("order-service", "t", "{}", "default")},
	} {
		if err := put(entries...); code(err) != "AccessDeniedException" {
			t.Errorf("%s: got %v, want an AccessDeniedException", name, err)
		}
	}
}

func TestTestEventPattern(t *testing.T) {
	client := newFixture(t).client(t)
	whole := event("1", `{"id":1}`)
	var partial map[string]any
	if err := json.Unmarshal([]byte(whole), &partial); err != nil {
		t.Fatal(err)
	}
	delete(partial, "account")
	incomplete, err := json.Marshal(partial)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		pattern, event string
		result         bool
		code           string
	}{
		{`{"detail":{"id":[1]}}`, whole, true, ""},
		{`{"detail":{"id":[2]}}`, whole, false, ""},
		{`{"detail":{"id":1}}`, whole, false, "InvalidEventPatternException"},
		{`{"detail":{"id":[1]}}`, string(incomplete), false, "ValidationException"},
		{`{"detail":{"id":[1]}}`, `[]`, false, "ValidationException"},
	}
	for _, c := range cases {
		out, err := client.TestEventPattern(t.Context(), &sdk.TestEventPatternInput{EventPattern: &c.pattern, Event: &c.event})
		if c.code != "" {
			if code(err) != c.code {
				t.Errorf("%s on %.40s: got %v, want %s", c.pattern, c.event, err, c.code)
			}
			continue
		}
		if err != nil || out.Result != c.result {
			t.Errorf("%s on %.40s: got %+v, %v; want %t", c.pattern, c.event, out, err, c.result)
		}
	}
}
