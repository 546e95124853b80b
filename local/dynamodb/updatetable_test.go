package dynamodb_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/local/frontdoor"
)

func createIndex(name, key string) types.GlobalSecondaryIndexUpdate {
	return types.GlobalSecondaryIndexUpdate{Create: &types.CreateGlobalSecondaryIndexAction{
		IndexName: &name, KeySchema: []types.KeySchemaElement{{AttributeName: &key, KeyType: "HASH"}}, Projection: &types.Projection{ProjectionType: "ALL"},
	}}
}

func deleteIndex(name string) types.GlobalSecondaryIndexUpdate {
	return types.GlobalSecondaryIndexUpdate{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &name}}
}

func (w *world) updateIndexes(updates ...types.GlobalSecondaryIndexUpdate) error {
	_, err := w.db.UpdateTable(ctx, &sdk.UpdateTableInput{
		TableName: aws.String("orders"), GlobalSecondaryIndexUpdates: updates,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("a"), AttributeType: "S"}},
	})
	return err
}

func (w *world) countByA(value string) (int32, error) {
	out, err := w.db.Query(ctx, &sdk.QueryInput{
		TableName: aws.String("orders"), IndexName: aws.String("by-a"), KeyConditionExpression: aws.String("a = :a"),
		ExpressionAttributeValues: item{":a": str(value)},
	})
	if err != nil {
		return 0, err
	}
	return out.Count, nil
}

func TestIndexesAreCreatedAndDeleted(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.set("orders", "1", "x")
	w.put("orders", item{"id": num("2"), "a": num("3")}) // has no place in the index
	if err := w.updateIndexes(createIndex("by-a", "a")); err != nil {
		t.Fatal(err)
	}
	w.set("orders", "3", "x")
	if got, err := w.countByA("x"); err != nil || got != 2 {
		t.Errorf("the index gives %d items, %v; want one from before and one from after", got, err)
	}
	if d := w.describe("orders"); len(d.AttributeDefinitions) != 2 || d.GlobalSecondaryIndexes[0].IndexStatus != "ACTIVE" {
		t.Errorf("got %+v, want two attributes and an active index", d)
	}
	_, err := w.db.PutItem(ctx, &sdk.PutItemInput{TableName: aws.String("orders"), Item: item{"id": num("4"), "a": num("4")}})
	wantInvalid(t, "an item that does not fit the index", err, "One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: by-a")
	if err := w.updateIndexes(deleteIndex("by-a")); err != nil {
		t.Fatal(err)
	}
	_, err = w.countByA("x")
	wantInvalid(t, "a query of a deleted index", err, "The table does not have the specified index: by-a")
	w.put("orders", item{"id": num("4"), "a": num("4")})
	if d := w.describe("orders"); len(d.AttributeDefinitions) != 1 || len(d.GlobalSecondaryIndexes) != 0 {
		t.Errorf("got %+v, want one attribute and no index", d)
	}
}

func TestRefusedIndexUpdates(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	if err := w.updateIndexes(createIndex("by-a", "a")); err != nil {
		t.Fatal(err)
	}
	const bad = "One or more parameter values were invalid: "
	wantInvalid(t, "the same index", w.updateIndexes(createIndex("by-a", "a")), bad+"Attempting to create an index which already exists")
	wantInvalid(t, "a key that the request does not define", w.updateIndexes(createIndex("by-id", "id")),
		bad+"Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [a]")
	wantInvalid(t, "no update", w.updateIndexes(types.GlobalSecondaryIndexUpdate{}),
		bad+"One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
	wantInvalid(t, "one twice", w.updateIndexes(createIndex("two", "a"), deleteIndex("two")),
		bad+"Only one global secondary index update per index is allowed simultaneously. Index: two")
	wantError[*types.ResourceNotFoundException](t, "an index that is not there", w.updateIndexes(deleteIndex("none")))
	limit := wantError[*types.LimitExceededException](t, "two at once", w.updateIndexes(createIndex("two", "a"), deleteIndex("by-a")))
	if want := "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"; limit.ErrorMessage() != want {
		t.Errorf("got %s, want %s", limit.ErrorMessage(), want)
	}
	_, err := w.db.UpdateTable(ctx, &sdk.UpdateTableInput{TableName: aws.String("orders")})
	wantInvalid(t, "nothing", err, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	if got := w.describe("orders"); len(got.GlobalSecondaryIndexes) != 1 {
		t.Errorf("got %+v, want the index that there was", got.GlobalSecondaryIndexes)
	}
}

func TestThroughputOfIndexes(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	if err := w.updateIndexes(createIndex("by-a", "a")); err != nil {
		t.Fatal(err)
	}
	units := &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(3), WriteCapacityUnits: aws.Int64(4)}
	provisioned := &sdk.UpdateTableInput{TableName: aws.String("orders"), BillingMode: "PROVISIONED", ProvisionedThroughput: units}
	_, err := w.db.UpdateTable(ctx, provisioned)
	wantInvalid(t, "no throughput for the index", err, "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by-a")
	provisioned.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: aws.String("by-a"), ProvisionedThroughput: units}}}
	read := func() [2]int64 {
		d := w.describe("orders")
		return [2]int64{*d.ProvisionedThroughput.ReadCapacityUnits, *d.GlobalSecondaryIndexes[0].ProvisionedThroughput.ReadCapacityUnits}
	}
	if _, err := w.db.UpdateTable(ctx, provisioned); err != nil || read() != [2]int64{3, 3} {
		t.Errorf("got %v, %v; want 3 units for table and index", read(), err)
	}
	_, err = w.db.UpdateTable(ctx, &sdk.UpdateTableInput{TableName: aws.String("orders"), BillingMode: "PAY_PER_REQUEST"})
	if err != nil || read() != [2]int64{} {
		t.Errorf("got %v, %v; want no units", read(), err)
	}
}

func TestWaiters(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	orders := &sdk.DescribeTableInput{TableName: aws.String("orders")}
	if err := sdk.NewTableExistsWaiter(w.db).Wait(ctx, orders, time.Second); err != nil {
		t.Error(err)
	}
	if _, err := w.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")}); err != nil {
		t.Fatal(err)
	}
	if err := sdk.NewTableNotExistsWaiter(w.db).Wait(ctx, orders, time.Second); err != nil {
		t.Error(err)
	}
}

// TestWritesGoOnWhileIndexesChange writes and reads while an update of the template comes and goes.
func TestWritesGoOnWhileIndexesChange(t *testing.T) {
	w := newWorldOn(t, openStore(t, t.TempDir()))
	w.mustCreate(template(onlyID))
	const writers, each = 4, 100
	done := make(chan struct{})
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			if err := writeOrders(caller{t, w.door}, n*each, each); err != nil {
				t.Error(err)
			}
		})
	}
	go func() { all.Wait(); close(done) }()
	before, after := template(onlyID), template(indexed)
	for changes := 0; ; changes++ {
		select {
		case <-done:
			if _, err := w.update(template(onlyID), template(indexed)); err != nil {
				t.Fatal(err)
			}
			if got, err := w.countByA("x"); err != nil || got != writers*each {
				t.Errorf("after %d changes the index has %d items, %v; want %d", changes, got, err, writers*each)
			}
			return
		default:
			w.mustUpdate(before, after)
			before, after = after, before
		}
	}
}

// writeOrders puts items one by one and in transactions of two, and reads the index, which may be there or not.
func writeOrders(c caller, first, count int) error {
	for id := first; id < first+count; id += 2 {
		put := func(id int) string {
			return `{"TableName":"orders","Item":{"id":{"N":"` + strconv.Itoa(id) + `"},"a":{"S":"x"}}}`
		}
		operation, input := "TransactWriteItems", fmt.Sprintf(`{"TransactItems":[{"Put":%s},{"Put":%s}]}`, put(id), put(id+1))
		if id%4 == 0 {
			operation, input = "BatchWriteItem", fmt.Sprintf(`{"RequestItems":{"orders":[{"PutRequest":{"Item":{"id":{"N":"%d"},"a":{"S":"x"}}}},{"PutRequest":{"Item":{"id":{"N":"%d"},"a":{"S":"x"}}}}]}}`, id, id+1)
		}
		if _, err := c.call("dynamodb", operation, input); err != nil {
			return fmt.Errorf("%s of %d: %w", operation, id, err)
		}
		_, err := c.call("dynamodb", "Scan", `{"TableName":"orders","IndexName":"by-a"}`)
		var told *frontdoor.Error
		if err != nil && (!errors.As(err, &told) || told.Message != "The table does not have the specified index: by-a") {
			return fmt.Errorf("scan: %w", err)
		}
	}
	return nil
}
