// Package tabletest serves a DynamoDB table to the real AWS SDK for Go in
// tests.
package tabletest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/local/dynamodb"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/store"
)

// New returns a client of a DynamoDB that has one table, with a partition key
// and nothing else, until the test ends.
func New(t testing.TB, table, key string, keyType types.ScalarAttributeType) *sdk.Client {
	t.Helper()
	tables, err := dynamodb.New(dynamodb.Config{Account: doortest.Account, Region: doortest.Region, Store: store.Memory()})
	if err != nil {
		t.Fatalf("start DynamoDB: %v", err)
	}
	door := doortest.NewDoor(t)
	door.Register(tables.API()...)
	client := sdk.NewFromConfig(doortest.Serve(t, door))
	_, err = client.CreateTable(t.Context(), &sdk.CreateTableInput{
		TableName:            aws.String(table),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String(key), AttributeType: keyType}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String(key), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatalf("create table %s: %v", table, err)
	}
	return client
}
