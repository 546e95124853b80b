package dynamodb_test

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

func TestBatches(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.put("orders", item{"id": num("9")})
	writes := []types.WriteRequest{{DeleteRequest: &types.DeleteRequest{Key: item{"id": num("9")}}}}
	for i := range 3 {
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"id": num(strconv.Itoa(i)), "a": str("x")}}})
	}
	written, err := w.db.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"orders": writes}})
	if err != nil || len(written.UnprocessedItems) != 0 {
		t.Fatalf("BatchWriteItem: %v, %v", written, err)
	}
	got, err := w.db.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"orders": {
		Keys: []map[string]types.AttributeValue{{"id": num("0")}, {"id": num("2")}, {"id": num("9")}}, ProjectionExpression: aws.String("id"),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]types.AttributeValue{{"id": num("0")}, {"id": num("2")}}
	if !reflect.DeepEqual(got.Responses["orders"], want) {
		t.Errorf("BatchGetItem: got %v, want %v", got.Responses, want)
	}
}

func TestBatchesThatAreTooLargeAreContinued(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	var keys []map[string]types.AttributeValue
	for i := range 50 {
		key := item{"id": num(strconv.Itoa(i))}
		w.put("orders", item{"id": key["id"], "a": str(strings.Repeat("x", 399<<10))})
		keys = append(keys, key)
	}
	request, found, rounds := map[string]types.KeysAndAttributes{"orders": {Keys: keys}}, 0, 0
	for ; len(request) > 0; rounds++ {
		out, err := w.db.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: request})
		if err != nil {
			t.Fatal(err)
		}
		found += len(out.Responses["orders"])
		request = out.UnprocessedKeys
	}
	if found != 50 || rounds != 2 {
		t.Errorf("%d items in %d rounds, want 50 in 2", found, rounds)
	}
}

func TestInvalidBatchesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	put := func(id string) types.WriteRequest {
		return types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"id": num(id)}}}
	}
	var many []types.WriteRequest
	for i := range 26 {
		many = append(many, put(strconv.Itoa(i)))
	}
	cases := []struct {
		writes []types.WriteRequest
		want   string
	}{
		{many, "Too many items requested for the BatchWriteItem call"},
		{[]types.WriteRequest{put("1"), put("1.0")}, "Provided list of item keys contains duplicates"},
		{[]types.WriteRequest{{}}, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
		{[]types.WriteRequest{put("1"), {PutRequest: &types.PutRequest{Item: item{"no": num("1")}}}}, "One or more parameter values were invalid: Missing the key id in the item"},
	}
	for _, c := range cases {
		_, err := w.db.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"orders": c.writes}})
		wantInvalid(t, "BatchWriteItem", err, c.want)
	}
	if got := w.get("orders", item{"id": num("1")}); got != nil {
		t.Errorf("a refused batch wrote %v", got)
	}
	keys := make([]map[string]types.AttributeValue, 101)
	for i := range keys {
		keys[i] = item{"id": num(strconv.Itoa(i))}
	}
	_, err := w.db.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"orders": {Keys: keys}}})
	wantInvalid(t, "BatchGetItem", err, "Too many items requested for the BatchGetItem call")
	_, err = w.db.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"orders": {Keys: append(keys[:1:1], keys[0])}}})
	wantInvalid(t, "BatchGetItem", err, "Provided list of item keys contains duplicates")
}

func transaction(token string, items ...types.TransactWriteItem) *sdk.TransactWriteItemsInput {
	return &sdk.TransactWriteItemsInput{TransactItems: items, ClientRequestToken: &token}
}

func increment(id string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String("orders"), Key: item{"id": num(id)},
		UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: item{":one": num("1")},
	}}
}

func TestTransactionsWriteAllOrNothing(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.createEvents()
	w.put("orders", item{"id": num("1"), "n": num("1")})
	w.put("orders", item{"id": num("3")})
	good := []types.TransactWriteItem{
		increment("1"),
		{Put: &types.Put{TableName: aws.String("events"), Item: item{"pk": str("a"), "sk": num("1")}}},
		{Delete: &types.Delete{TableName: aws.String("orders"), Key: item{"id": num("3")}}},
		{ConditionCheck: &types.ConditionCheck{TableName: aws.String("orders"), Key: item{"id": num("2")}, ConditionExpression: aws.String("attribute_not_exists(id)")}},
	}
	if _, err := w.db.TransactWriteItems(ctx, transaction("good", good...)); err != nil {
		t.Fatal(err)
	}
	got, err := w.db.TransactGetItems(ctx, &sdk.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: aws.String("orders"), Key: item{"id": num("1")}, ProjectionExpression: aws.String("n")}},
		{Get: &types.Get{TableName: aws.String("orders"), Key: item{"id": num("3")}}},
		{Get: &types.Get{TableName: aws.String("events"), Key: item{"pk": str("a"), "sk": num("1")}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []types.ItemResponse{{Item: item{"n": num("2")}}, {}, {Item: item{"pk": str("a"), "sk": num("1")}}}
	if !reflect.DeepEqual(got.Responses, want) {
		t.Errorf("after the transaction: got %v, want %v", got.Responses, want)
	}
	bad := increment("1")
	bad.Update.ConditionExpression, bad.Update.ReturnValuesOnConditionCheckFailure = aws.String("n > :one AND n < :one"), "ALL_OLD"
	wrong := increment("2")
	wrong.Update.UpdateExpression = aws.String("SET n = n + :one")
	_, err = w.db.TransactWriteItems(ctx, transaction("bad", increment("5"), bad, wrong))
	cancelled := wantError[*types.TransactionCanceledException](t, "TransactWriteItems", err)
	if cancelled == nil {
		return
	}
	wantReasons := []types.CancellationReason{
		{Code: aws.String("None")},
		{Code: aws.String("ConditionalCheckFailed"), Message: aws.String("The conditional request failed"), Item: item{"id": num("1"), "n": num("2")}},
		{Code: aws.String("ValidationError"), Message: aws.String("The provided expression refers to an attribute that does not exist in the item")},
	}
	if !reflect.DeepEqual(cancelled.CancellationReasons, wantReasons) {
		t.Errorf("reasons: got %+v, want %+v", cancelled.CancellationReasons, wantReasons)
	}
	if want := "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"; cancelled.ErrorMessage() != want {
		t.Errorf("message: got %s, want %s", cancelled.ErrorMessage(), want)
	}
	if got := w.get("orders", item{"id": num("5")}); got != nil {
		t.Errorf("a cancelled transaction wrote %v", got)
	}
}

func TestTransactionTokensAreIdempotent(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	for range 3 {
		if _, err := w.db.TransactWriteItems(ctx, transaction("once", increment("1"))); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.get("orders", item{"id": num("1")})["n"]; !reflect.DeepEqual(got, num("1")) {
		t.Errorf("n is %v, want 1", got)
	}
	_, err := w.db.TransactWriteItems(ctx, transaction("once", increment("2")))
	wantError[*types.IdempotentParameterMismatchException](t, "the token with other parameters", err)
}

func TestRacingTransactionsAreSerializable(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	var racers sync.WaitGroup
	for i := range 16 {
		racers.Go(func() {
			pair := []types.TransactWriteItem{increment("1"), increment("2")}
			if i%2 == 0 {
				pair[0], pair[1] = pair[1], pair[0]
			}
			if _, err := w.db.TransactWriteItems(ctx, transaction("t"+strconv.Itoa(i), pair...)); err != nil {
				t.Errorf("TransactWriteItems: %v", err)
			}
		})
		racers.Go(func() { w.wantEqualCounts() })
	}
	racers.Wait()
	if got := w.get("orders", item{"id": num("1")})["n"]; !reflect.DeepEqual(got, num("16")) {
		t.Errorf("n is %v, want 16", got)
	}
}

// wantEqualCounts reads orders 1 and 2 at once, which transactions change together.
func (w *world) wantEqualCounts() {
	out, err := w.db.TransactGetItems(ctx, &sdk.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: aws.String("orders"), Key: item{"id": num("1")}}},
		{Get: &types.Get{TableName: aws.String("orders"), Key: item{"id": num("2")}}},
	}})
	if err != nil {
		w.Errorf("TransactGetItems: %v", err)
		return
	}
	if one, two := out.Responses[0].Item["n"], out.Responses[1].Item["n"]; !reflect.DeepEqual(one, two) {
		w.Errorf("the transaction is seen half done: %v and %v", one, two)
	}
}

func TestInvalidTransactionsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	many := make([]types.TransactWriteItem, 101)
	for i := range many {
		many[i] = increment(strconv.Itoa(i))
	}
	large := make([]types.TransactWriteItem, 11)
	for i := range large {
		large[i] = types.TransactWriteItem{Put: &types.Put{TableName: aws.String("orders"), Item: item{"id": num(strconv.Itoa(i)), "a": str(strings.Repeat("x", 390<<10))}}}
	}
	cases := []struct {
		items []types.TransactWriteItem
		want  string
	}{
		{[]types.TransactWriteItem{increment("1"), increment("1.0")}, "Transaction request cannot include multiple operations on one item"},
		{[]types.TransactWriteItem{{}}, "TransactItems can only contain one of Check, Put, Update or Delete"},
		{[]types.TransactWriteItem{}, "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{many, "1 validation error detected: Value '[…]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{large, "Transaction request size has exceeded the maximum allowed size of 4 MB"},
	}
	for _, c := range cases {
		_, err := w.db.TransactWriteItems(ctx, transaction("t", c.items...))
		wantInvalid(t, "TransactWriteItems", err, c.want)
	}
	wrong := increment("1")
	wrong.Update.Key = item{"no": num("1")}
	_, err := w.db.TransactWriteItems(ctx, transaction("t", wrong))
	cancelled := wantError[*types.TransactionCanceledException](t, "a wrong key", err)
	if cancelled != nil && aws.ToString(cancelled.CancellationReasons[0].Message) != "The provided key element does not match the schema" {
		t.Errorf("a wrong key: got %v", *cancelled.CancellationReasons[0].Message)
	}
	nowhere := increment("1")
	nowhere.Update.TableName = aws.String("nowhere")
	_, err = w.db.TransactWriteItems(ctx, transaction("t", nowhere))
	wantError[*types.ResourceNotFoundException](t, "a missing table", err)
}

func TestUnsupportedOperationsAreRefusedByName(t *testing.T) {
	w := newWorld(t)
	_, err := w.db.ExecuteStatement(ctx, &sdk.ExecuteStatementInput{Statement: aws.String("SELECT * FROM orders")})
	api := wantError[smithy.APIError](t, "ExecuteStatement", err)
	if api == nil || !strings.Contains(api.ErrorMessage(), "ExecuteStatement") {
		t.Errorf("got %v, want an error naming ExecuteStatement", err)
	}
}
