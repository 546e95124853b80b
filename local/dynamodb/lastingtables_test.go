package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/local/dynamodb"
	"eda-demo/local/store"
)

// template has the properties of a table orders with partition key id (N), and others.
func template(others string) string {
	return `{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` + others + `}`
}

const (
	onlyID   = `"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}]`
	streamed = onlyID + `,"StreamSpecification":{"StreamViewType":"NEW_AND_OLD_IMAGES"}`
	indexed  = `"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"},{"AttributeName":"a","AttributeType":"S"}],
		"GlobalSecondaryIndexes":[{"IndexName":"by-a","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]`
)

// restart starts a service on what an earlier run left and applies a template's table.
func (w *world) restart(dir, properties string) *world {
	w.Helper()
	next := newWorldOn(w.T, afterCrash(w.T, dir))
	if _, err := next.takeUp("orders", properties); err != nil {
		w.Fatal(err)
	}
	return next
}

func firstRun(t *testing.T, properties string) (dir string, w *world) {
	t.Helper()
	dir = t.TempDir()
	w = newWorldOn(t, openStore(t, dir))
	if _, err := w.createResource(properties); err != nil {
		t.Fatal(err)
	}
	return dir, w
}

func TestTemplatesFindTheirTables(t *testing.T) {
	dir, before := firstRun(t, template(streamed))
	before.set("orders", "1", "x")
	arn, described := before.streamARN("orders"), before.describe("orders")
	after := before.restart(dir, template(streamed+`,"TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}`))
	if after.get("orders", item{"id": num("1")}) == nil {
		t.Error("the item of the earlier run is gone")
	}
	if got := after.streamARN("orders"); got != arn {
		t.Errorf("the stream is %s, it was %s", got, arn)
	}
	if got := after.describe("orders"); *got.TableId != *described.TableId || !got.CreationDateTime.Equal(*described.CreationDateTime) {
		t.Errorf("the table has id %s and was created at %s; it was %s and %s", *got.TableId, got.CreationDateTime, *described.TableId, described.CreationDateTime)
	}
	ttl, err := after.db.DescribeTimeToLive(ctx, &sdk.DescribeTimeToLiveInput{TableName: aws.String("orders")})
	if err != nil || aws.ToString(ttl.TimeToLiveDescription.AttributeName) != "at" {
		t.Errorf("Time to Live is %+v, %v; want at, as the template says now", ttl, err)
	}
	if records, _ := after.records(after.iterator(arn, "TRIM_HORIZON", nil)); len(records) != 1 {
		t.Errorf("the stream has %d records, want 1", len(records))
	}
	if _, err := after.createResource(template(onlyID)); err == nil || !strings.Contains(err.Error(), "Table already exists: orders") {
		t.Errorf("a new resource with the same name: got %v, want it to be refused", err)
	}
}

func (w *world) describe(table string) *types.TableDescription {
	w.Helper()
	out, err := w.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: &table})
	if err != nil {
		w.Fatal(err)
	}
	return out.Table
}

func TestTemplatesWithAnotherViewTypeGetAnotherStream(t *testing.T) {
	dir, before := firstRun(t, template(streamed))
	before.set("orders", "1", "x")
	arn := before.streamARN("orders")
	after := before.restart(dir, template(onlyID+`,"StreamSpecification":{"StreamViewType":"KEYS_ONLY"}`))
	if got := after.streamARN("orders"); got == arn || got == "" {
		t.Errorf("the stream is %q, want another one than %s", got, arn)
	}
	if records, next := after.records(after.iterator(arn, "TRIM_HORIZON", nil)); len(records) != 1 || next != nil {
		t.Errorf("the stream before has %d records and next iterator %v, want 1 and none", len(records), next)
	}
}

func TestTemplatesCanChangeGlobalIndexes(t *testing.T) {
	dir, before := firstRun(t, template(onlyID))
	before.set("orders", "1", "x")
	before.put("orders", item{"id": num("2"), "a": num("3")})
	before.put("orders", item{"id": num("3"), "a": str("")})
	after := before.restart(dir, template(indexed))
	after.set("orders", "4", "x")
	out, err := after.db.Query(ctx, &sdk.QueryInput{
		TableName: aws.String("orders"), IndexName: aws.String("by-a"), KeyConditionExpression: aws.String("a = :a"),
		ExpressionAttributeValues: item{":a": str("x")},
	})
	if err != nil || out.Count != 2 {
		t.Errorf("the new index gives %+v, %v; want items 1 and 4", out, err)
	}
	if got := *after.describe("orders").GlobalSecondaryIndexes[0].ItemCount; got != 2 {
		t.Errorf("the new index has %d items, want the 2 that have its key", got)
	}
}

func TestTemplatesOfAnotherTableAreRefused(t *testing.T) {
	sorted := `"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"B"},{"AttributeName":"l","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"TableName":"orders","BillingMode":"PAY_PER_REQUEST",
		"LocalSecondaryIndexes":[{"IndexName":"by-l","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":%q}}]`
	cases := []struct{ before, after, want string }{
		{template(onlyID), template(strings.ReplaceAll(onlyID, `"N"`, `"S"`)), "its key is id (N) instead of id (S)"},
		{"{" + fmt.Sprintf(sorted, "ALL") + "}", template(onlyID), "its key is pk (S), sk (B) instead of id (N)"},
		{"{" + fmt.Sprintf(sorted, "ALL") + "}", "{" + fmt.Sprintf(sorted, "KEYS_ONLY") + "}", "its local secondary indexes are others"},
	}
	for _, c := range cases {
		dir, _ := firstRun(t, c.before)
		next := newWorldOn(t, afterCrash(t, dir))
		_, err := next.takeUp("orders", c.after)
		if want := "create table orders: the data folder holds another table orders: " + c.want; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestTablesThatWereNotKeptAreMadeAnew(t *testing.T) {
	w := newWorldOn(t, openStore(t, t.TempDir()))
	made, err := w.takeUp("Test-Table-1", `{"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`+onlyID+`}`)
	if err != nil || made.ID != "Test-Table-1" {
		t.Fatalf("got %+v, %v; want the table under its physical id", made, err)
	}
	w.set("Test-Table-1", "1", "x")
}

// TestInterruptedCreationsTakeOnlyWhatIsTheirs checks that a creation that an earlier process may have made, or may have
// been refused, does not take the table of somebody else.
func TestInterruptedCreationsTakeOnlyWhatIsTheirs(t *testing.T) {
	dir, before := firstRun(t, template(onlyID))
	before.set("orders", "1", "x")
	after := newWorldOn(t, afterCrash(t, dir))
	interrupted := tableDefinition("", template(onlyID))
	interrupted.Interrupted = true
	if made, err := after.handler().Create(ctx, interrupted); err != nil || made.ID != "orders" || after.get("orders", item{"id": num("1")}) == nil {
		t.Errorf("got %+v, %v; want the table with its item", made, err)
	}
	interrupted.LogicalID = "Another"
	if _, err := after.handler().Create(ctx, interrupted); err == nil || !strings.Contains(err.Error(), "Table already exists: orders") {
		t.Errorf("another resource: got %v, want the name to be taken", err)
	}
	empty := newWorld(t)
	if made, err := empty.handler().Create(ctx, interrupted); err != nil || made.ID != "orders" {
		t.Errorf("got %+v, %v; want a new table, as there is none", made, err)
	}
}

func TestDeletedTablesDoNotComeBack(t *testing.T) {
	dir := t.TempDir()
	before := newWorldOn(t, openStore(t, dir))
	before.createOrders()
	before.set("orders", "1", "x")
	arn := before.streamARN("orders")
	if _, err := before.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")}); err != nil {
		t.Fatal(err)
	}
	after := newWorldOn(t, afterCrash(t, dir))
	if tables, err := after.db.ListTables(ctx, nil); err != nil || len(tables.TableNames) != 0 {
		t.Errorf("got %+v, %v; want no table", tables, err)
	}
	if records, next := after.records(after.iterator(arn, "TRIM_HORIZON", nil)); len(records) != 1 || next != nil {
		t.Errorf("the deleted table's stream has %d records and next iterator %v, want 1 and none, for 24 hours", len(records), next)
	}
	after.createOrders()
	if got := after.get("orders", item{"id": num("1")}); got != nil {
		t.Errorf("a new table of the same name has item %v", got)
	}
}

func TestDamagedStateIsToldPrecisely(t *testing.T) {
	const loading = "load the tables of DynamoDB: "
	arn := ""
	cases := []struct {
		damage func(*store.Tx)
		want   func() string
	}{
		{
			func(tx *store.Tx) { tx.Put("dynamodb.items.orders", "x", []byte("\x01\x02id")) },
			func() string {
				return `table orders: load dynamodb.items.orders: item "x": byte 4 of 4: the data ends within a value`
			},
		},
		{
			func(tx *store.Tx) { tx.Put("dynamodb.items.orders", "x", []byte("\x00")) },
			func() string {
				return `table orders: load dynamodb.items.orders: item "x": key attribute id is missing or of another type`
			},
		},
		{
			func(tx *store.Tx) { tx.Delete("dynamodb.records."+arn, store.Sequence(2)) },
			func() string { return "load dynamodb.records." + arn + ": record 3 follows record 1: there is a gap" },
		},
		{
			func(tx *store.Tx) { tx.Put("dynamodb.records."+arn, store.Sequence(2), []byte("x")) },
			func() string { return "load dynamodb.records." + arn + ": record 2: 1 bytes are too few for a record" },
		},
		{
			func(tx *store.Tx) { tx.Put("dynamodb.tables", "orders", []byte("{}")) },
			func() string {
				return "table orders: 1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or equal to 1 and less than or equal to 2"
			},
		},
	}
	for _, c := range cases {
		kept := openStore(t, t.TempDir())
		w := newWorldOn(t, kept)
		w.createOrders()
		for _, id := range []string{"1", "2", "3"} {
			w.set("orders", id, "x")
		}
		arn = w.streamARN("orders")
		if err := kept.Update(c.damage); err != nil {
			t.Fatal(err)
		}
		if _, err := dynamodb.New(config(t, kept)); err == nil || err.Error() != loading+c.want() {
			t.Errorf("got  %v\nwant %s", err, loading+c.want())
		}
	}
}
