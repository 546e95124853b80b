package dynamoledger_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/notification"
	"eda-demo/internal/notification/dynamoledger"
	"eda-demo/internal/notification/ledgertest"
	"eda-demo/local/dynamodb/tabletest"
)

const table = "notified-events"

// newTable is a client of a DynamoDB that has the table.
func newTable(t *testing.T) *dynamodb.Client {
	t.Helper()
	return tabletest.New(t, table, "eventId", types.ScalarAttributeTypeS)
}

func TestConformance(t *testing.T) {
	ledgertest.Run(t, dynamoledger.New(newTable(t), table))
}

// TestExpiry holds that items carry the time at which DynamoDB may delete them.
func TestExpiry(t *testing.T) {
	client := newTable(t)
	ledger := dynamoledger.New(client, table)
	ctx := context.Background()
	now := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	if _, err := ledger.Claim(ctx, "e", now, now.Add(time.Minute)); err != nil {
		t.Fatalf("Claim: %v", err)
	}
	if err := ledger.Finish(ctx, "e"); err != nil {
		t.Fatalf("Finish: %v", err)
	}
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(table),
		Key:       map[string]types.AttributeValue{"eventId": &types.AttributeValueMemberS{Value: "e"}},
	})
	if err != nil {
		t.Fatalf("GetItem: %v", err)
	}
	expires, ok := out.Item["expiresAt"].(*types.AttributeValueMemberN)
	want := strconv.FormatInt(now.Add(notification.Retention).Unix(), 10)
	if !ok || expires.Value != want || len(out.Item) != 2 {
		t.Errorf("the item is %v, want expiresAt %s and nothing but the key besides", out.Item, want)
	}
}

// lossy loses the first answer of each call and asks again, as the SDK does.
type lossy struct{ *dynamodb.Client }

func (l lossy) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if _, err := l.Client.UpdateItem(ctx, in, options...); err != nil {
		return nil, err
	}
	return l.Client.UpdateItem(ctx, in, options...)
}

// TestLostAnswers holds that a claim whose answer got lost is still its maker's.
func TestLostAnswers(t *testing.T) {
	client := newTable(t)
	ledger := dynamoledger.New(lossy{client}, table)
	ctx, now := context.Background(), time.Now()
	if got, err := ledger.Claim(ctx, "e", now, now.Add(time.Minute)); got != notification.Claimed || err != nil {
		t.Fatalf("Claim = %v, %v, want %v", got, err, notification.Claimed)
	}
	if got, err := dynamoledger.New(client, table).Claim(ctx, "e", now, now.Add(time.Minute)); got != notification.Taken || err != nil {
		t.Errorf("a second Claim = %v, %v, want %v", got, err, notification.Taken)
	}
	if err := ledger.Finish(ctx, "e"); err != nil {
		t.Fatalf("Finish: %v", err)
	}
	if got, err := ledger.Claim(ctx, "e", now, now.Add(time.Minute)); got != notification.Done || err != nil {
		t.Errorf("Claim when done = %v, %v, want %v", got, err, notification.Done)
	}
}

func TestErrors(t *testing.T) {
	ledger := dynamoledger.New(newTable(t), "absent")
	ctx, now := context.Background(), time.Now()
	_, claimErr := ledger.Claim(ctx, "e", now, now)
	for name, err := range map[string]error{
		"Claim": claimErr, "Release": ledger.Release(ctx, "e", now), "Finish": ledger.Finish(ctx, "e"),
	} {
		if err == nil {
			t.Errorf("%s in a table that does not exist succeeds", name)
		}
	}
}
