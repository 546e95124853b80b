// Package dynamoledger keeps a notification.Ledger in a DynamoDB table with the
// partition key eventId, a string. An item has these attributes:
//
//	eventId     S
//	leaseUntil  N  end of the claim in milliseconds of Unix time; gone when done
//	claim       S  a new one for each claim; gone when done
//	expiresAt   N  in seconds of Unix time, the table's time-to-live attribute
package dynamoledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/notification"
)

// API is what the ledger needs of a DynamoDB client.
type API interface {
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// Ledger is a notification.Ledger.
type Ledger struct {
	api   API
	table string
}

var _ notification.Ledger = (*Ledger)(nil)

// New makes a ledger of the table's items.
func New(api API, table string) *Ledger {
	return &Ledger{api: api, table: table}
}

const leaseName = "leaseUntil"

// Claim implements notification.Ledger. When DynamoDB makes the claim and its
// answer gets lost, the SDK asks again: that is the same claim, not somebody
// else's.
func (l *Ledger) Claim(ctx context.Context, eventID string, now, until time.Time) (notification.State, error) {
	update := l.update(eventID)
	update.UpdateExpression = aws.String("SET leaseUntil = :until, expiresAt = :expires, claim = :claim")
	update.ConditionExpression = aws.String("attribute_not_exists(eventId) OR leaseUntil <= :now OR claim = :claim")
	update.ExpressionAttributeValues = map[string]types.AttributeValue{
		":now":     number(now.UnixMilli()),
		":until":   number(until.UnixMilli()),
		":claim":   &types.AttributeValueMemberS{Value: rand.Text()},
		":expires": number(now.Add(notification.Retention).Unix()),
	}
	update.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	_, err := l.api.UpdateItem(ctx, update)
	if err == nil {
		return notification.Claimed, nil
	}
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return 0, fmt.Errorf("updating %s in %s: %w", eventID, l.table, err)
	}
	if _, leased := failed.Item[leaseName]; leased {
		return notification.Taken, nil
	}
	return notification.Done, nil
}

// Release implements notification.Ledger.
func (l *Ledger) Release(ctx context.Context, eventID string, until time.Time) error {
	update := l.update(eventID)
	update.UpdateExpression = aws.String("SET leaseUntil = :ended")
	update.ConditionExpression = aws.String("leaseUntil = :until")
	update.ExpressionAttributeValues = map[string]types.AttributeValue{
		":ended": number(0),
		":until": number(until.UnixMilli()),
	}
	_, err := l.api.UpdateItem(ctx, update)
	var failed *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &failed) {
		return nil
	}
	return fmt.Errorf("updating %s in %s: %w", eventID, l.table, err)
}

// Finish implements notification.Ledger.
func (l *Ledger) Finish(ctx context.Context, eventID string) error {
	update := l.update(eventID)
	update.UpdateExpression = aws.String("REMOVE leaseUntil, claim")
	if _, err := l.api.UpdateItem(ctx, update); err != nil {
		return fmt.Errorf("updating %s in %s: %w", eventID, l.table, err)
	}
	return nil
}

func (l *Ledger) update(eventID string) *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: &l.table,
		Key:       map[string]types.AttributeValue{"eventId": &types.AttributeValueMemberS{Value: eventID}},
	}
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
