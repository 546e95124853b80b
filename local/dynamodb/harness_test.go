package dynamodb_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/smithy-go"

	"eda-demo/local/dynamodb"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/store"
)

// world is a service behind a front door, and SDK clients of it.
type world struct {
	*testing.T
	service *dynamodb.Service
	door    *frontdoor.Door
	config  aws.Config
	db      *sdk.Client
	streams *dynamodbstreams.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, store.Memory())
}

func newWorldOn(t *testing.T, in *store.Store) *world {
	t.Helper()
	w := &world{T: t, service: newService(t, in), door: doortest.NewDoor(t)}
	for _, api := range w.service.API() {
		w.door.Register(api)
	}
	w.config = doortest.Serve(t, w.door)
	w.db, w.streams = sdk.NewFromConfig(w.config), dynamodbstreams.NewFromConfig(w.config)
	return w
}

func newService(t testing.TB, in *store.Store) *dynamodb.Service {
	t.Helper()
	service, err := dynamodb.New(config(t, in))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func config(t testing.TB, in *store.Store) dynamodb.Config {
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	return dynamodb.Config{Account: doortest.Account, Region: doortest.Region, Store: in, Log: log}
}

var ctx = context.Background()

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

// createOrders creates a table with partition key id (N) and a stream.
func (w *world) createOrders() {
	w.Helper()
	w.create(&sdk.CreateTableInput{
		TableName:            aws.String("orders"),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "N"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}},
		StreamSpecification:  &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "NEW_AND_OLD_IMAGES"},
	})
}

// createEvents creates a table with keys pk (S) and sk (N), a global index by kind (S) and sk with everything, a
// global index by kind with keys only, and a local index by kind.
func (w *world) createEvents() {
	w.Helper()
	key := func(names ...string) []types.KeySchemaElement {
		elements := []types.KeySchemaElement{{AttributeName: aws.String(names[0]), KeyType: "HASH"}}
		if len(names) > 1 {
			elements = append(elements, types.KeySchemaElement{AttributeName: aws.String(names[1]), KeyType: "RANGE"})
		}
		return elements
	}
	w.create(&sdk.CreateTableInput{
		TableName: aws.String("events"),
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "N"},
			{AttributeName: aws.String("kind"), AttributeType: "S"},
		},
		KeySchema: key("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			{IndexName: aws.String("by-kind"), KeySchema: key("kind", "sk"), Projection: &types.Projection{ProjectionType: "ALL"}},
			{IndexName: aws.String("kind-keys"), KeySchema: key("kind"), Projection: &types.Projection{ProjectionType: "KEYS_ONLY"}},
		},
		LocalSecondaryIndexes: []types.LocalSecondaryIndex{
			{IndexName: aws.String("local-kind"), KeySchema: key("pk", "kind"), Projection: &types.Projection{ProjectionType: "KEYS_ONLY"}},
		},
	})
}

func (w *world) create(in *sdk.CreateTableInput) {
	w.Helper()
	in.BillingMode = types.BillingModePayPerRequest
	if _, err := w.db.CreateTable(ctx, in); err != nil {
		w.Fatalf("CreateTable %s: %v", *in.TableName, err)
	}
}

func (w *world) put(table string, i item) {
	w.Helper()
	if _, err := w.db.PutItem(ctx, &sdk.PutItemInput{TableName: &table, Item: i}); err != nil {
		w.Fatalf("PutItem into %s: %v", table, err)
	}
}

func (w *world) get(table string, key item) item {
	w.Helper()
	out, err := w.db.GetItem(ctx, &sdk.GetItemInput{TableName: &table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		w.Fatalf("GetItem from %s: %v", table, err)
	}
	return out.Item
}

// wantError checks that err is of the SDK's error type T.
func wantError[T error](t *testing.T, what string, err error) T {
	t.Helper()
	var want T
	if !errors.As(err, &want) {
		t.Errorf("%s: got %v, want %T", what, err, want)
	}
	return want
}

// wantInvalid checks that err is a ValidationException with the message.
func wantInvalid(t *testing.T, what string, err error, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "ValidationException" || api.ErrorMessage() != message {
		t.Errorf("%s:\n got %v\nwant ValidationException: %s", what, err, message)
	}
}

func copyBody(to io.Writer, response *http.Response) (int64, error) {
	defer response.Body.Close()
	return io.Copy(to, response.Body)
}
