package chaos

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
)

// look gathers what is seen of all subjects.
func (w *world) look(ctx context.Context) (map[id]*evidence, error) {
	seen := map[id]*evidence{}
	for _, s := range w.all {
		seen[s.id()] = &evidence{items: map[string][]item{}, mails: map[string]int{}}
	}
	for _, t := range tables {
		if err := w.lookAtTable(ctx, t, seen); err != nil {
			return nil, err
		}
	}
	if err := w.lookAtLog(ctx, seen); err != nil {
		return nil, err
	}
	w.mails.mu.Lock()
	defer w.mails.mu.Unlock()
	for what, count := range w.mails.counts {
		if seen[what.subject] == nil {
			return nil, fmt.Errorf("%d mails tell of %s, which nobody has placed", count, what.subject)
		}
		seen[what.subject].mails[what.kind] = count
	}
	return seen, nil
}

// table is where something is kept about subjects of a kind.
type table struct {
	output string // that names it
	kind   string
	key    string // attribute that names the subject
}

var tables = []table{
	{"OrdersTableName", "order", "id"},
	{bookingsTable, "booking", "bookingId"},
	{paymentsTable, "booking", "BookingID"},
	{assignmentsTable, "booking", "bookingId"},
	{seatsTable, "booking", "bookingId"},
	{ticketsTable, "booking", "bookingId"},
}

func (w *world) lookAtTable(ctx context.Context, t table, seen map[id]*evidence) error {
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(w.aws()), &dynamodb.ScanInput{
		TableName: aws.String(w.output(t.output)), ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.output, err)
		}
		for _, attributes := range page.Items {
			found := readItem(attributes)
			name, of := found.texts[t.key]
			if !of {
				continue // the mark of a full flight is of no booking
			}
			e := seen[id(t.kind+" "+name)]
			if e == nil {
				return fmt.Errorf("%s has what nobody has placed: %v", t.output, found.texts)
			}
			e.items[t.output] = append(e.items[t.output], found)
		}
	}
	return nil
}

func readItem(attributes map[string]types.AttributeValue) item {
	found := item{texts: map[string]string{}}
	for name, value := range attributes {
		if text, plain := text(value); plain {
			found.texts[name] = text
		}
	}
	history, _ := attributes["history"].(*types.AttributeValueMemberL)
	if history == nil {
		return found
	}
	for _, entry := range history.Value {
		if change, ok := entry.(*types.AttributeValueMemberM); ok {
			status, _ := text(change.Value["status"])
			found.history = append(found.history, status)
		}
	}
	return found
}

// text is the text of one that has one, or the digits of a number.
func text(value types.AttributeValue) (string, bool) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, true
	case *types.AttributeValueMemberN:
		return v.Value, true
	}
	return "", false
}

// lookAtLog reads all events in the log of all events.
func (w *world) lookAtLog(ctx context.Context, seen map[id]*evidence) error {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(w.aws()), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(w.output("CatchAllLogGroupName")),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read the log of all events: %w", err)
		}
		for _, entry := range page.Events {
			var e struct {
				DetailType string `json:"detail-type"`
				Detail     struct {
					subjectNames
					Metadata event.Metadata
				}
			}
			if err := json.Unmarshal([]byte(aws.ToString(entry.Message)), &e); err != nil {
				return fmt.Errorf("the log of all events has %s: %w", aws.ToString(entry.Message), err)
			}
			of := seen[e.Detail.id()]
			if of == nil {
				return fmt.Errorf("the log of all events has one about what nobody has placed: %s", aws.ToString(entry.Message))
			}
			of.events = append(of.events, logged{e.DetailType, e.Detail.Metadata})
		}
	}
	return nil
}

// subjectNames are what a detail names its subject by.
type subjectNames struct {
	ID        json.Number
	BookingID string
}

func (n subjectNames) id() id {
	if n.BookingID != "" {
		return id("booking " + n.BookingID)
	}
	return id("order " + n.ID.String())
}

// duplicates counts the events that were in the log before.
func duplicates(seen map[id]*evidence) int {
	count := 0
	for _, of := range seen {
		different := map[logged]bool{}
		for _, e := range of.events {
			different[e] = true
		}
		count += len(of.events) - len(different)
	}
	return count
}
