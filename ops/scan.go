package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// atKey is the member of an item's outbox with the time of the write.
const atKey = "at"

// margin is how far the time of a write, by the writer's clock, may be from its
// arrival in the stream. What is found besides is published again, which
// changes nothing.
const margin = time.Minute

// putBackFromTable invokes the function with records made of the items whose
// latest event was written when the lost records were. They have the items'
// keys and their outboxes, nothing else.
func (b batch) putBackFromTable(ctx context.Context, a *account) error {
	name := b.table()
	described, err := a.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return fmt.Errorf("describe table %s: %w", name, err)
	}
	from, to := b.Info.First.Add(-margin).UTC().Format(event.TimeFormat), b.Info.Last.Add(margin).UTC().Format(event.TimeFormat)
	pages := dynamodb.NewScanPaginator(a.tables, &dynamodb.ScanInput{
		TableName: &name, ConsistentRead: aws.Bool(true),
		FilterExpression:         aws.String("#outbox.#at BETWEEN :from AND :to"),
		ExpressionAttributeNames: map[string]string{"#outbox": outbox.AttributeName, "#at": atKey},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":from": &types.AttributeValueMemberS{Value: from}, ":to": &types.AttributeValueMemberS{Value: to},
		},
	})
	published := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("scan table %s: %w", name, err)
		}
		for start := 0; start < len(page.Items); start += batchOfItems {
			items := page.Items[start:min(start+batchOfItems, len(page.Items))]
			if err := b.invokeWith(ctx, a, described.Table.KeySchema, items); err != nil {
				return err
			}
			published += len(items)
		}
	}
	if published == 0 {
		return fmt.Errorf("no item of table %s has an event that was written between %s and %s", name, from, to)
	}
	return nil
}

// batchOfItems is as many as the mapping gives the function at most.
const batchOfItems = 100

func (b batch) invokeWith(ctx context.Context, a *account, keys []types.KeySchemaElement, items []map[string]types.AttributeValue) error {
	var made struct{ Records []streamRecord }
	for i, item := range items {
		record := streamRecord{EventID: "redrive-" + strconv.Itoa(i), EventName: "INSERT", EventVersion: "1.1", EventSource: "aws:dynamodb", EventSourceARN: b.Info.Stream}
		record.Change = streamChange{Keys: map[string]any{}, SequenceNumber: strconv.Itoa(i + 1), StreamViewType: "NEW_AND_OLD_IMAGES"}
		for _, key := range keys {
			record.Change.Keys[*key.AttributeName] = textual(item[*key.AttributeName])
		}
		record.Change.NewImage = map[string]any{outbox.AttributeName: textual(item[outbox.AttributeName])}
		made.Records = append(made.Records, record)
	}
	payload, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("encode records for %s: %w", resourceName(b.Context.FunctionARN), err)
	}
	return b.invoke(ctx, a, payload, len(items))
}

// textual writes, in DynamoDB's attribute notation, what keys and outboxes
// consist of.
func textual(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberM:
		members := map[string]any{}
		for name, member := range v.Value {
			members[name] = textual(member)
		}
		return map[string]any{"M": members}
	}
	return map[string]any{"NULL": true}
}
