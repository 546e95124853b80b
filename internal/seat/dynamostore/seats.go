package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/seat"
)

// Seats is the table of the seats that are taken.
type Seats struct {
	api  API
	name string
}

// NewSeats makes what is needed to look at flights: it calls Query only for Taken.
func NewSeats(api API, seats string) *Seats { return &Seats{api, seats} }

// Taken implements seat.Store with a strongly consistent query, of one page
// unless it has to be more: an item is smaller than 200 bytes.
func (t *Seats) Taken(ctx context.Context, flightID string) ([]string, error) {
	var seats []string
	pages := dynamodb.NewQueryPaginator(t.api, &dynamodb.QueryInput{
		TableName:                 &t.name,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#flight = :flight AND #seat < :full"),
		ProjectionExpression:      aws.String("#seat"),
		ExpressionAttributeNames:  map[string]string{"#flight": "flightId", "#seat": "seat"},
		ExpressionAttributeValues: dynamotable.Item{":flight": text(flightID), ":full": text(full)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("querying the seats of %s in %s: %w", flightID, t.name, err)
		}
		for _, item := range page.Items {
			if name, is := item["seat"].(*types.AttributeValueMemberS); is {
				seats = append(seats, name.Value)
			}
		}
	}
	return seats, nil
}

// Full implements seat.Store with one eventually consistent read of a small
// item, which is the cheapest there is.
func (t *Seats) Full(ctx context.Context, flightID string, layout seat.Layout) (bool, error) {
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: fullKey(flightID)})
	if err != nil {
		return false, fmt.Errorf("getting whether %s is full from %s: %w", flightID, t.name, err)
	}
	marked, is := out.Item["layout"].(*types.AttributeValueMemberS)
	return is && marked.Value == layout.String(), nil
}

// MarkFull implements seat.Store. The mark of another layout gives way.
func (t *Seats) MarkFull(ctx context.Context, flightID string, layout seat.Layout) error {
	item := fullKey(flightID)
	item["layout"] = text(layout.String())
	if _, err := t.api.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: item}); err != nil {
		return fmt.Errorf("putting that %s is full into %s: %w", flightID, t.name, err)
	}
	return nil
}

func fullKey(flightID string) dynamotable.Item {
	return dynamotable.Item{"flightId": text(flightID), "seat": text(full)}
}
