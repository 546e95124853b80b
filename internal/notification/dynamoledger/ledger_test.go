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
	local "eda-demo/local/dynamodb"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/store"
)

const table = "notified-events"

// newTable is a client of a DynamoDB that has the table.
func newTable(t *testing.T) *dynamodb.Client {
	t.Helper()
	door := doortest.NewDoor(t)
	tables, err := local.New(local.Config{Account: doortest.Account, Region: doortest.Region, Store: store.Memory()})
	if err != nil {
		t.Fatalf("starting DynamoDB: %v", err)
	}
	door.Register(tables.API()...)
	client := dynamodb.NewFromConfig(doortest.Serve(t, door))
	_, err = client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName:            aws.String(table),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("eventId"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("eventId"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatalf("creating the table: %v", err)
	}
	return client
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
