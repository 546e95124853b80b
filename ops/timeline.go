package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"eda-demo/internal/ident"
)

const timelineUsage = `Usage: go run ./ops timeline -booking ID | -order ID | -correlation ID [flags]

It shows the events about a booking or an order, or those that one request led
to, from the log group that has the events of all buses: when, who said what,
and at the end how it stands. TIME is RFC 3339 (2026-11-20T08:00:00Z) or how
long ago (90m, 24h).

  go run ./ops timeline -booking B123
  go run ./ops timeline -order 101 -from 72h

An event names the second in which something changed. If the log group had it
within five seconds, its time there is shown, which has milliseconds; otherwise
its own, with how much later it was in the log. An event is never shown before
the one that it follows from. What has an eventId that came before is marked
"again", as published, delivered or replayed a second time. On AWS it takes
seconds until an event is in the log.
`

// maxTimeline is the most events that are read and shown: what one thing says
// is a dozen, besides repetitions.
const maxTimeline = 10_000

type timelineOptions struct {
	stack       string
	booking     string
	order       string
	correlation string
	from        string
}

func timeline(ctx context.Context, c console, flags *flag.FlagSet, arguments []string) error {
	var o timelineOptions
	flags.StringVar(&o.stack, "stack", defaultStack, "the stack `name`")
	flags.StringVar(&o.booking, "booking", "", "the events about the booking with this `id`")
	flags.StringVar(&o.order, "order", "", "the events about the order with this `id`")
	flags.StringVar(&o.correlation, "correlation", "", "the events with this correlation `id`")
	flags.StringVar(&o.from, "from", "24h", "only events from this `time` on")
	if err := parse(c, flags, arguments); err != nil {
		return err
	}
	about, err := o.about()
	if err != nil {
		return err
	}
	from, err := moment(o.from, time.Now())
	if err != nil {
		return unusable("timeline: -from %v", err)
	}
	found, err := conversation(ctx, o.stack, about, from)
	if err != nil {
		return err
	}
	arrange(found)
	if err := printTimeline(c.out, found); err != nil {
		return err
	}
	for _, line := range standing(found, time.Now()) {
		fmt.Fprintln(c.out, line)
	}
	if len(found) == maxTimeline {
		return fmt.Errorf("these are the first %d events only, and there may be more", maxTimeline)
	}
	return nil
}

// about is what the events have to be about: in words, and as a filter pattern
// of CloudWatch Logs.
type about struct{ name, pattern string }

var correlationID = regexp.MustCompile(`^[A-Za-z0-9_.:/=+@-]{1,128}$`)

// about refuses what would mean something else in a filter pattern.
func (o timelineOptions) about() (about, error) {
	number, err := strconv.ParseInt(o.order, 10, 64)
	switch {
	case given(o.booking, o.order, o.correlation) != 1:
		return about{}, unusable("timeline: give one of -booking, -order and -correlation")
	case o.order != "" && (err != nil || number < 1):
		return about{}, unusable("timeline: an order's id is an integer from 1 on, not %q", o.order)
	case o.order != "":
		return about{"order " + o.order, fmt.Sprintf(`{ $.detail.id = %d }`, number)}, nil
	case o.booking != "" && !ident.Valid(o.booking):
		return about{}, unusable("timeline: a booking's id has 1 to 64 letters, digits, _ and -, unlike %q", o.booking)
	case o.booking != "":
		return about{"booking " + o.booking, fmt.Sprintf(`{ $.detail.bookingId = %q }`, o.booking)}, nil
	case !correlationID.MatchString(o.correlation):
		return about{}, unusable("timeline: %q is no correlation id", o.correlation)
	}
	// An event that was published without metadata begins a correlation of its
	// own, under the envelope's id.
	return about{
		"correlation " + o.correlation,
		fmt.Sprintf(`{ $.detail.metadata.correlationId = %q || $.id = %q }`, o.correlation, o.correlation),
	}, nil
}

// given counts the texts that are not empty.
func given(texts ...string) (n int) {
	for _, text := range texts {
		if text != "" {
			n++
		}
	}
	return n
}

// catchAllOutput names the log group that has the events of all buses.
const catchAllOutput = "CatchAllLogGroupName"

// conversation reads the events that are about something, as the log has them.
// It fails if there are none.
func conversation(ctx context.Context, stackName string, about about, from time.Time) ([]*said, error) {
	a, err := newAccount(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.stack(ctx, stackName)
	if err != nil {
		return nil, err
	}
	found, err := a.search(ctx, s, about.pattern, from)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there are no events about %s since %s: look further back with -from, or wait for the log", about.name, stamp(from))
	}
	return found, err
}

// search reads the events that match the pattern from the catch-all log group.
func (a *account) search(ctx context.Context, s *stack, pattern string, from time.Time) ([]*said, error) {
	group := s.outputs[catchAllOutput]
	if group == "" {
		return nil, fmt.Errorf("stack %s has no output %s", s.name, catchAllOutput)
	}
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(a.logs, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &group, FilterPattern: &pattern,
		StartTime: aws.Int64(from.Truncate(time.Second).UnixMilli()), // events have whole seconds
	})
	var found []*said
	for pages.HasMorePages() && len(found) < maxTimeline {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("search log group %s: %w", group, err)
		}
		for _, logged := range page.Events[:min(len(page.Events), maxTimeline-len(found))] {
			found = append(found, readSaid(logged))
		}
	}
	return found, nil
}

func readSaid(logged types.FilteredLogEvent) *said {
	return hear(aws.ToString(logged.Message), time.UnixMilli(aws.ToInt64(logged.IngestionTime)).UTC())
}

// clock is how times are shown, always in UTC.
const clock = "2006-01-02 15:04:05.000"

func printTimeline(out io.Writer, all []*said) error {
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "TIME\tMS\tBUS/SOURCE\tEVENT\tSAYS\tID")
	for _, e := range all {
		fmt.Fprintf(columns, "%s\t%d\t%s\t%s\t%s\t%s\n", e.at.Format(clock), e.at.Sub(all[0].at).Milliseconds(),
			cell(e.bus+"/"+e.source), cell(e.what), cell(e.text()), cell(short(e.id)))
	}
	return columns.Flush()
}

// cell is text from an event as a cell of a table has it: one line, not too long,
// never empty.
func cell(text string) string {
	text = printable(text)
	if runes := []rune(text); len(runes) > cellLength {
		text = string(runes[:cellLength]) + "…"
	}
	if text == "" {
		return "–"
	}
	return text
}

// cellLength is how much of a text a cell shows, in characters.
const cellLength = 120

var uuid = regexp.MustCompile(`^([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// short is enough of an id to tell it from others in one timeline: of a UUID the
// first group, and what was added to it.
func short(id string) string { return uuid.ReplaceAllString(id, "$1…") }
