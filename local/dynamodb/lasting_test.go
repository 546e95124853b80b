package dynamodb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

func openStore(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// afterCrash opens the state as a process finds it after this one was killed now.
func afterCrash(t *testing.T, dir string) *store.Store {
	t.Helper()
	found := t.TempDir()
	raw, err := os.ReadFile(filepath.Join(dir, "state.db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(found, "state.db"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return openStore(t, found)
}

// state is everything that can be read of the tables orders and events, as text.
func (c caller) state() string {
	c.Helper()
	var out strings.Builder
	read := func(service, operation, input string) string {
		text := c.must(service, operation, input)
		fmt.Fprintf(&out, "%s %s: %s\n", operation, input, text)
		return text
	}
	read("dynamodb", "ListTables", `{}`)
	for _, name := range []string{"orders", "events"} {
		for _, operation := range []string{"DescribeTable", "DescribeTimeToLive", "Scan"} {
			read("dynamodb", operation, fmt.Sprintf(`{"TableName":%q}`, name))
		}
		read("dynamodb", "ListTagsOfResource", fmt.Sprintf(`{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%s"}`, name))
	}
	for _, index := range []string{"by-kind", "kind-keys", "local-kind"} {
		read("dynamodb", "Scan", fmt.Sprintf(`{"TableName":"events","IndexName":%q}`, index))
	}
	var streams struct{ Streams []struct{ StreamArn string } }
	c.decode(read("dynamodbstreams", "ListStreams", `{}`), &streams)
	for _, s := range streams.Streams {
		read("dynamodbstreams", "DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, s.StreamArn))
		records := c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iteratorOf(s.StreamArn)))
		fmt.Fprintln(&out, nextIterator.ReplaceAllString(records, ""))
	}
	return out.String()
}

var nextIterator = regexp.MustCompile(`"NextShardIterator":"[^"]*"`)

// fillLasting gives the tables of a world everything that has to last.
func fillLasting(w *world) {
	w.Helper()
	w.createOrders()
	w.fill()
	c := caller{w.T, w.door}
	c.must("dynamodb", "UpdateTable", `{"TableName":"events","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`)
	c.must("dynamodb", "DeleteItem", `{"TableName":"events","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}`)
	c.must("dynamodb", "UpdateTable", `{"TableName":"events","StreamSpecification":{"StreamEnabled":false}}`)
	c.must("dynamodb", "UpdateTimeToLive", `{"TableName":"orders","TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}}`)
	c.must("dynamodb", "PutItem", `{"TableName":"orders","Item":{"id":{"N":"-1.50"},"at":{"N":"4102444800"},
		"texts":{"L":[{"S":""},{"S":"é \u0000 😀"},{"B":"AP+A"},{"NULL":true},{"BOOL":true},{"BOOL":false}]},
		"exact":{"N":"12345678901234567890123456789.012345678"},"tiny":{"N":"-1E-130"},
		"sets":{"M":{"ss":{"SS":["b","a"]},"ns":{"NS":["3","-0.5"]},"bs":{"BS":["AQ==",""]},"":{"M":{}}}}}}`)
	c.must("dynamodb", "UpdateItem", `{"TableName":"orders","Key":{"id":{"N":"7"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"x"}}}`)
	c.must("dynamodb", "UpdateItem", `{"TableName":"orders","Key":{"id":{"N":"7"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"y"}}}`)
	c.must("dynamodb", "BatchWriteItem", `{"RequestItems":{"orders":[{"PutRequest":{"Item":{"id":{"N":"8"}}}},{"PutRequest":{"Item":{"id":{"N":"9"}}}}]}}`)
	c.must("dynamodb", "DeleteItem", `{"TableName":"orders","Key":{"id":{"N":"8"}}}`)
	c.must("dynamodb", "TransactWriteItems", `{"TransactItems":[
		{"Put":{"TableName":"orders","Item":{"id":{"N":"10"},"a":{"S":"first"}}}},
		{"Put":{"TableName":"orders","Item":{"id":{"N":"11"},"a":{"S":"second"}}}},
		{"Delete":{"TableName":"orders","Key":{"id":{"N":"9"}}}},
		{"Put":{"TableName":"events","Item":{"pk":{"S":"new"},"sk":{"N":"1"},"kind":{"S":"k"}}}}]}`)
}

func TestEverythingLasts(t *testing.T) {
	for name, again := range map[string]func(*testing.T, string, *store.Store) *store.Store{
		"closed": func(t *testing.T, dir string, s *store.Store) *store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return openStore(t, dir)
		},
		"killed": func(t *testing.T, dir string, _ *store.Store) *store.Store { return afterCrash(t, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			kept := openStore(t, dir)
			w := newWorldOn(t, kept)
			fillLasting(w)
			want := caller{t, w.door}.state()
			_, c := newCallerOn(t, again(t, dir, kept))
			if got := c.state(); got != want {
				t.Errorf("after the end of the process there is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestStreamsGoOnAfterACrash(t *testing.T) {
	dir := t.TempDir()
	before := newWorldOn(t, openStore(t, dir))
	before.createOrders()
	for _, id := range []string{"1", "2", "3"} {
		before.set("orders", id, "x")
	}
	arn := before.streamARN("orders")
	all, next := before.records(before.iterator(arn, "TRIM_HORIZON", nil))
	after := newWorldOn(t, afterCrash(t, dir))
	if got := after.streamARN("orders"); got != arn {
		t.Errorf("the stream is %s after a crash, it was %s", got, arn)
	}
	changed := after.service.StreamChanged(arn)
	after.set("orders", "4", "x")
	select {
	case <-changed:
	default:
		t.Error("readers are not told of the first record after a crash")
	}
	rest, _ := after.records(after.iterator(arn, "AFTER_SEQUENCE_NUMBER", all[1].Dynamodb.SequenceNumber))
	if len(rest) != 2 || !reflect.DeepEqual(rest[0], all[2]) {
		t.Fatalf("after record 2 there is %+v, want record 3 as it was, %+v, and a new one", rest, all[2])
	}
	if got, want := aws.ToString(rest[1].Dynamodb.SequenceNumber), "100000000000000000004"; got != want {
		t.Errorf("the first record after a crash has sequence number %s, want %s", got, want)
	}
	if fresh, _ := after.records(next); !reflect.DeepEqual(fresh, rest[1:]) {
		t.Errorf("an iterator from before the crash gives %+v, want %+v", fresh, rest[1:])
	}
}

func TestFailedTransactionsKeepNothing(t *testing.T) {
	dir := t.TempDir()
	_, before := newCallerOn(t, openStore(t, dir))
	before.createSessions()
	before.must("dynamodb", "PutItem", `{"TableName":"sessions","Item":{"id":{"S":"there"}}}`)
	_, err := before.call("dynamodb", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"sessions","Item":{"id":{"S":"new"}}}},
		{"Put":{"TableName":"sessions","Item":{"id":{"S":"there"},"a":{"S":"x"}},"ConditionExpression":"attribute_not_exists(id)"}}]}`)
	if frontdoor.Code(err) != "TransactionCanceledException" {
		t.Fatalf("got %v, want TransactionCanceledException", err)
	}
	want := before.must("dynamodb", "Scan", `{"TableName":"sessions"}`)
	_, after := newCallerOn(t, afterCrash(t, dir))
	if got := after.must("dynamodb", "Scan", `{"TableName":"sessions"}`); got != want || !strings.Contains(got, `"Count":1`) {
		t.Errorf("the store has %s, want %s", got, want)
	}
}

// TestUnkeptChangesAreNotMade has the store fail for a while.
func TestUnkeptChangesAreNotMade(t *testing.T) {
	dir := t.TempDir()
	kept := openStore(t, dir)
	_, c := newCallerOn(t, kept)
	c.createSessions()
	c.must("dynamodb", "PutItem", `{"TableName":"sessions","Item":{"id":{"S":"a"}}}`)
	read := func() string {
		return c.must("dynamodb", "Scan", `{"TableName":"sessions"}`) + c.must("dynamodb", "DescribeTable", `{"TableName":"sessions"}`) +
			c.must("dynamodb", "ListTables", `{}`) + c.must("dynamodbstreams", "ListStreams", `{}`) +
			nextIterator.ReplaceAllString(c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator())), "")
	}
	want := read()
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	for operation, input := range map[string]string{
		"PutItem":            `{"TableName":"sessions","Item":{"id":{"S":"b"}}}`,
		"DeleteItem":         `{"TableName":"sessions","Key":{"id":{"S":"a"}}}`,
		"BatchWriteItem":     `{"RequestItems":{"sessions":[{"PutRequest":{"Item":{"id":{"S":"c"}}}}]}}`,
		"TransactWriteItems": `{"TransactItems":[{"Put":{"TableName":"sessions","Item":{"id":{"S":"d"}}}}]}`,
		"UpdateTable":        `{"TableName":"sessions","StreamSpecification":{"StreamEnabled":false}}`,
		"UpdateTimeToLive":   `{"TableName":"sessions","TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}}`,
		"DeleteTable":        `{"TableName":"sessions"}`,
		"CreateTable": `{"TableName":"other","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
			"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}`,
	} {
		if out, err := c.call("dynamodb", operation, input); err == nil {
			t.Errorf("%s succeeds though nothing can be kept: %s", operation, out)
		}
		if got := read(); got != want {
			t.Errorf("after a failed %s there is\n%s\nwant\n%s", operation, got, want)
		}
	}
	*kept = *openStore(t, dir)
	c.must("dynamodb", "PutItem", `{"TableName":"sessions","Item":{"id":{"S":"e"}}}`)
	got := c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator()))
	if strings.Count(got, "eventID") != 2 || !strings.Contains(got, `"SequenceNumber":"100000000000000000002"`) {
		t.Errorf("when the store works again the stream has %s, want records 1 and 2", got)
	}
}
