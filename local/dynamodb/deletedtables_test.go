package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/local/store"
)

func TestDeletionProtection(t *testing.T) {
	w := newWorld(t)
	protected := template(onlyID + `,"DeletionProtectionEnabled":true`)
	w.mustCreate(protected)
	w.set("orders", "1", "x")
	const refusal = "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
	_, err := w.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")})
	wantInvalid(t, "DeleteTable", err, refusal)
	if err := w.handler().Delete(ctx, tableDefinition("orders", protected)); err == nil || err.Error() != "delete table orders: "+refusal {
		t.Errorf("got  %v\nwant delete table orders: %s", err, refusal)
	}
	if w.get("orders", item{"id": num("1")}) == nil {
		t.Error("the item is gone")
	}
	w.mustUpdate(protected, template(onlyID))
	if err := w.handler().Delete(ctx, tableDefinition("orders", template(onlyID))); err != nil {
		t.Error(err)
	}
}

func TestDeletedTablesLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	kept := openStore(t, dir)
	w := newWorldOn(t, kept)
	w.mustCreate(template(streamed))
	w.mustUpdate(template(streamed), template(indexed+`,"StreamSpecification":{"StreamViewType":"KEYS_ONLY"}`))
	w.set("orders", "1", "x")
	arn := w.streamARN("orders")
	iterator, waiting := w.iterator(arn, "TRIM_HORIZON", nil), w.service.StreamChanged(arn)
	for range 2 {
		if err := w.handler().Delete(ctx, tableDefinition("orders", template(indexed))); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-waiting:
	default:
		t.Error("who waits for the stream is not woken")
	}
	w.wantNothingLeft(*iterator, arn)
	again := newWorldOn(t, afterCrash(t, dir))
	again.wantNothingLeft(*iterator, arn)
	for _, bucket := range []string{"dynamodb.tables", "dynamodb.items.orders", "dynamodb.streams", "dynamodb.records." + arn} {
		if err := kept.Load(bucket, func(key string, _ []byte) error { return fmt.Errorf("%s", key) }); err != nil {
			t.Errorf("the store has a key: %v", err)
		}
	}
	w.mustCreate(template(streamed))
	if w.get("orders", item{"id": num("1")}) != nil || w.streamARN("orders") == arn {
		t.Error("a new table of the name has the item or the stream of the one before")
	}
}

func TestStreamsOfATimeHaveTheirOwnNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, service: newService(t, store.Memory())}
		first := w.mustCreate(template(streamed))
		if err := w.handler().Delete(ctx, tableDefinition("orders", template(streamed))); err != nil {
			t.Fatal(err)
		}
		if second := w.mustCreate(template(streamed)); second.Attributes["StreamArn"] == first.Attributes["StreamArn"] {
			t.Errorf("the stream of a table and of the next one of its name are both %s", first.Attributes["StreamArn"])
		}
	})
}

func (w *world) wantNothingLeft(iterator, arn string) {
	w.Helper()
	c := caller{w.T, w.door}
	for _, call := range [][3]string{
		{"dynamodb", "DescribeTable", `{"TableName":"orders"}`},
		{"dynamodb", "GetItem", `{"TableName":"orders","Key":{"id":{"N":"1"}}}`},
		{"dynamodb", "PutItem", `{"TableName":"orders","Item":{"id":{"N":"1"}}}`},
		{"dynamodb", "DeleteTable", `{"TableName":"orders"}`},
		{"dynamodb", "UpdateTable", `{"TableName":"orders","DeletionProtectionEnabled":false}`},
		{"dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, iterator)},
		{"dynamodbstreams", "DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, arn)},
	} {
		if _, err := c.call(call[0], call[1], call[2]); err == nil || !strings.Contains(err.Error(), "ResourceNotFoundException: Requested resource not found") {
			w.Errorf("%s: got %v, want ResourceNotFoundException", call[1], err)
		}
	}
	if got, want := c.must("dynamodbstreams", "ListStreams", `{}`), `{"Streams":[]}`; got != want {
		w.Errorf("got streams %s, want %s", got, want)
	}
	select {
	case <-w.service.StreamChanged(arn):
	default:
		w.Error("a reader of the stream that is gone waits")
	}
}

func TestStreamsOfDeleteTableGoWithTheResource(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(template(streamed))
	w.set("orders", "1", "x")
	if _, err := w.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")}); err != nil {
		t.Fatal(err)
	}
	list := func() string { return caller{t, w.door}.must("dynamodbstreams", "ListStreams", `{}`) }
	if got := list(); !strings.Contains(got, "orders") {
		t.Errorf("after DeleteTable there is %s, want the stream, for 24 hours", got)
	}
	if err := w.handler().Delete(ctx, tableDefinition("orders", template(streamed))); err != nil {
		t.Fatal(err)
	}
	if got, want := list(), `{"Streams":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
