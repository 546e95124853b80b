package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
)

// look gathers what is seen of all orders.
func (w *world) look(ctx context.Context) (map[id]*evidence, error) {
	seen := map[id]*evidence{}
	for n := range w.Orders {
		seen[id(n+1)] = &evidence{mails: map[string]int{}}
	}
	if err := w.lookAtTable(ctx, seen); err != nil {
		return nil, err
	}
	if err := w.lookAtLog(ctx, seen); err != nil {
		return nil, err
	}
	w.mails.mu.Lock()
	defer w.mails.mu.Unlock()
	for what, count := range w.mails.counts {
		if seen[what.order] == nil {
			return nil, fmt.Errorf("%d mails tell of order %d, which nobody has placed", count, what.order)
		}
		seen[what.order].mails[what.kind] = count
	}
	return seen, nil
}

func (w *world) lookAtTable(ctx context.Context, seen map[id]*evidence) error {
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(w.aws()), &dynamodb.ScanInput{
		TableName: aws.String(w.output("OrdersTableName")), ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read the orders: %w", err)
		}
		for _, item := range page.Items {
			order, err := strconv.ParseInt(number(item["id"]), 10, 64)
			if err != nil || seen[id(order)] == nil {
				return fmt.Errorf("the table has an order that nobody has placed: %v", item)
			}
			seen[id(order)].stored = readStored(item)
		}
	}
	return nil
}

// readStored reads an item; what is missing is empty.
func readStored(item map[string]types.AttributeValue) *stored {
	o := &stored{Amount: number(item["amount"]), Status: text(item["status"])}
	history, _ := item["history"].(*types.AttributeValueMemberL)
	if history == nil {
		return o
	}
	for _, entry := range history.Value {
		if change, ok := entry.(*types.AttributeValueMemberM); ok {
			o.History = append(o.History, text(change.Value["status"]))
		}
	}
	return o
}

func number(v types.AttributeValue) string {
	if n, ok := v.(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return ""
}

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
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
					ID       id
					Metadata event.Metadata
				}
			}
			if err := json.Unmarshal([]byte(aws.ToString(entry.Message)), &e); err != nil {
				return fmt.Errorf("the log of all events has %s: %w", aws.ToString(entry.Message), err)
			}
			order := seen[e.Detail.ID]
			if order == nil {
				return fmt.Errorf("the log of all events has one of an order that nobody has placed: %s", aws.ToString(entry.Message))
			}
			order.events = append(order.events, logged{e.DetailType, e.Detail.Metadata})
		}
	}
	return nil
}

// duplicates counts the events that were in the log before.
func duplicates(seen map[id]*evidence) int {
	count := 0
	for _, order := range seen {
		different := map[logged]bool{}
		for _, e := range order.events {
			different[e] = true
		}
		count += len(order.events) - len(different)
	}
	return count
}
