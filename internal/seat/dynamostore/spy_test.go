package dynamostore_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/seat/dynamostore"
	"eda-demo/local/dynamodb/tabletest"
)

// Names of the tables.
const (
	seats       = "seats"
	assignments = "assignments"
)

// newTables is a client of a DynamoDB that has the tables, until the test ends.
func newTables(t *testing.T) *dynamodb.Client {
	t.Helper()
	client := tabletest.New(t, assignments, "bookingId", types.ScalarAttributeTypeS)
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   aws.String(seats),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("flightId"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("seat"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("flightId"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("seat"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatalf("create table %s: %v", seats, err)
	}
	return client
}

// Operations, by name.
const (
	getItem  = "GetItem"
	putItem  = "PutItem"
	update   = "UpdateItem"
	query    = "Query"
	transact = "TransactWriteItems"
)

// spy counts calls, and lets some of them fail. It is safe for concurrent use
// if its functions are.
type spy struct {
	client *dynamodb.Client
	// refuse is asked before each call for an error to answer in its place;
	// input is that of the operation.
	refuse func(operation string, input any) error
	// lose is asked after each call that succeeded for an error to answer with.
	lose func(operation string, input any) error

	mu    sync.Mutex
	count map[string]int
}

var _ dynamostore.API = (*spy)(nil)

func newSpy(client *dynamodb.Client) *spy {
	return &spy{client: client, count: map[string]int{}}
}

// calls returns how often each operation was called since it was last asked.
func (s *spy) calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counted := maps.Clone(s.count)
	clear(s.count)
	return counted
}

func call[In, Out any](s *spy, operation string, input *In, do func() (*Out, error)) (*Out, error) {
	s.mu.Lock()
	s.count[operation]++
	s.mu.Unlock()
	if s.refuse != nil {
		if err := s.refuse(operation, input); err != nil {
			return nil, err
		}
	}
	out, err := do()
	if err == nil && s.lose != nil {
		if err := s.lose(operation, input); err != nil {
			return nil, err
		}
	}
	return out, err
}

func (s *spy) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return call(s, getItem, in, func() (*dynamodb.GetItemOutput, error) { return s.client.GetItem(ctx, in, o...) })
}

func (s *spy) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return call(s, putItem, in, func() (*dynamodb.PutItemOutput, error) { return s.client.PutItem(ctx, in, o...) })
}

func (s *spy) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return call(s, update, in, func() (*dynamodb.UpdateItemOutput, error) { return s.client.UpdateItem(ctx, in, o...) })
}

func (s *spy) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return call(s, query, in, func() (*dynamodb.QueryOutput, error) { return s.client.Query(ctx, in, o...) })
}

func (s *spy) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return call(s, transact, in, func() (*dynamodb.TransactWriteItemsOutput, error) { return s.client.TransactWriteItems(ctx, in, o...) })
}
