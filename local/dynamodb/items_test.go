package dynamodb_test

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestItemsOfAllTypesAreKept(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	whole := item{
		"id": num("101"), "s": str("text"), "empty": str(""), "n": num("12.5"),
		"b":    &types.AttributeValueMemberB{Value: []byte{0, 1, 255}},
		"bool": &types.AttributeValueMemberBOOL{Value: true}, "null": &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2}}},
		"l":  &types.AttributeValueMemberL{Value: []types.AttributeValue{str("x"), num("1")}},
		"m":  &types.AttributeValueMemberM{Value: item{"k": str("v")}},
	}
	w.put("orders", whole)
	if got := w.get("orders", item{"id": num("101.0")}); !reflect.DeepEqual(got, whole) {
		t.Errorf("got %v, want %v", got, whole)
	}
	if got := w.get("orders", item{"id": num("102")}); got != nil {
		t.Errorf("a missing item is %v", got)
	}
}

func TestGetItemProjects(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.put("orders", item{"id": num("1"), "status": str("new"), "m": &types.AttributeValueMemberM{Value: item{"k": str("v"), "x": str("y")}}})
	out, err := w.db.GetItem(ctx, &sdk.GetItemInput{
		TableName: aws.String("orders"), Key: item{"id": num("1")}, ReturnConsumedCapacity: "TOTAL",
		ProjectionExpression: aws.String("#s, m.k"), ExpressionAttributeNames: map[string]string{"#s": "status"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := item{"status": str("new"), "m": &types.AttributeValueMemberM{Value: item{"k": str("v")}}}
	if !reflect.DeepEqual(out.Item, want) {
		t.Errorf("got %v, want %v", out.Item, want)
	}
	if out.ConsumedCapacity == nil || aws.ToFloat64(out.ConsumedCapacity.CapacityUnits) != 0.5 {
		t.Errorf("consumed capacity is %v, want 0.5", out.ConsumedCapacity)
	}
}

func TestReturnValuesOfWrites(t *testing.T) {
	old := item{"id": num("1"), "a": str("old"), "n": num("1")}
	cases := []struct {
		returns types.ReturnValue
		want    item
	}{
		{"NONE", nil},
		{"ALL_OLD", old},
		{"ALL_NEW", item{"id": num("1"), "a": str("new"), "n": num("2")}},
		{"UPDATED_OLD", item{"a": str("old"), "n": num("1")}},
		{"UPDATED_NEW", item{"a": str("new"), "n": num("2")}},
	}
	w := newWorld(t)
	w.createOrders()
	for _, c := range cases {
		w.put("orders", old)
		out, err := w.db.UpdateItem(ctx, &sdk.UpdateItemInput{
			TableName: aws.String("orders"), Key: item{"id": num("1")}, ReturnValues: c.returns,
			UpdateExpression: aws.String("SET a = :a ADD n :n REMOVE gone"), ExpressionAttributeValues: item{":a": str("new"), ":n": num("1")},
		})
		if err != nil {
			t.Fatalf("UpdateItem: %v", err)
		}
		if !reflect.DeepEqual(out.Attributes, c.want) {
			t.Errorf("%s of UpdateItem: got %v, want %v", c.returns, out.Attributes, c.want)
		}
	}
	w.put("orders", old)
	put, err := w.db.PutItem(ctx, &sdk.PutItemInput{TableName: aws.String("orders"), Item: item{"id": num("1")}, ReturnValues: "ALL_OLD"})
	if err != nil || !reflect.DeepEqual(put.Attributes, old) {
		t.Errorf("ALL_OLD of PutItem: got %v, %v; want %v", put, err, old)
	}
	deleted, err := w.db.DeleteItem(ctx, &sdk.DeleteItemInput{TableName: aws.String("orders"), Key: item{"id": num("1")}, ReturnValues: "ALL_OLD"})
	if err != nil || len(deleted.Attributes) != 1 {
		t.Errorf("ALL_OLD of DeleteItem: got %v, %v; want the item with its id only", deleted, err)
	}
	if got := w.get("orders", item{"id": num("1")}); got != nil {
		t.Errorf("the deleted item is still there: %v", got)
	}
}

func TestUpdateCreatesAMissingItem(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	update := &sdk.UpdateItemInput{TableName: aws.String("orders"), Key: item{"id": num("7")}}
	if _, err := w.db.UpdateItem(ctx, update); err != nil {
		t.Fatal(err)
	}
	if got, want := w.get("orders", item{"id": num("7")}), (item{"id": num("7")}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFailedConditionChangesNothingAndShowsTheItem(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	old := item{"id": num("1"), "a": str("old")}
	w.put("orders", old)
	_, err := w.db.PutItem(ctx, &sdk.PutItemInput{
		TableName: aws.String("orders"), Item: item{"id": num("1"), "a": str("new")},
		ConditionExpression: aws.String("attribute_not_exists(id)"), ReturnValuesOnConditionCheckFailure: "ALL_OLD",
	})
	failed := wantError[*types.ConditionalCheckFailedException](t, "PutItem", err)
	if failed == nil || !reflect.DeepEqual(failed.Item, old) || failed.ErrorMessage() != "The conditional request failed" {
		t.Errorf("got %+v, want The conditional request failed with %v", failed, old)
	}
	_, err = w.db.DeleteItem(ctx, &sdk.DeleteItemInput{
		TableName: aws.String("orders"), Key: item{"id": num("1")},
		ConditionExpression: aws.String("a = :a"), ExpressionAttributeValues: item{":a": str("new")},
	})
	if failed := wantError[*types.ConditionalCheckFailedException](t, "DeleteItem", err); failed != nil && failed.Item != nil {
		t.Errorf("the item is shown without being asked for: %v", failed.Item)
	}
	if got := w.get("orders", item{"id": num("1")}); !reflect.DeepEqual(got, old) {
		t.Errorf("got %v, want %v", got, old)
	}
}

func TestOneOfRacingConditionalWritesWins(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	var won atomic.Int32
	var racers sync.WaitGroup
	for range 16 {
		racers.Go(func() {
			_, err := w.db.PutItem(ctx, &sdk.PutItemInput{
				TableName: aws.String("orders"), Item: item{"id": num("1")}, ConditionExpression: aws.String("attribute_not_exists(id)"),
			})
			if err == nil {
				won.Add(1)
				return
			}
			wantError[*types.ConditionalCheckFailedException](t, "PutItem", err)
		})
	}
	racers.Wait()
	if won.Load() != 1 {
		t.Errorf("%d conditional writes succeeded, want 1", won.Load())
	}
}

func TestRacingUpdatesAreAllCounted(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	var racers sync.WaitGroup
	for range 16 {
		racers.Go(func() {
			_, err := w.db.UpdateItem(ctx, &sdk.UpdateItemInput{
				TableName: aws.String("orders"), Key: item{"id": num("1")},
				UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: item{":one": num("1")},
			})
			if err != nil {
				t.Errorf("UpdateItem: %v", err)
			}
		})
	}
	racers.Wait()
	if got := w.get("orders", item{"id": num("1")})["n"]; !reflect.DeepEqual(got, num("16")) {
		t.Errorf("n is %v, want 16", got)
	}
}

func TestInvalidWritesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.createEvents()
	type put = sdk.PutItemInput
	long := strings.Repeat("x", 2049)
	cases := []struct {
		table string
		item  item
		want  string
	}{
		{"orders", item{"a": str("x")}, "One or more parameter values were invalid: Missing the key id in the item"},
		{"orders", item{"id": str("1")}, "One or more parameter values were invalid: Type mismatch for key id expected: N actual: S"},
		{"orders", item{"id": num("1e126")}, "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"orders", item{"id": num("1"), "a": str(strings.Repeat("x", 400<<10))}, "Item size has exceeded the maximum allowed size"},
		{"orders", item{"id": num("1"), "a": &types.AttributeValueMemberSS{Value: []string{}}}, "One or more parameter values were invalid: An string set  may not be empty"},
		{"events", item{"pk": str(""), "sk": num("1")}, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
		{"events", item{"pk": str(long), "sk": num("1")}, "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"events", item{"pk": str("a"), "sk": num("1"), "kind": num("1")}, "One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: local-kind"},
		{"events", item{"pk": str("a"), "sk": num("1"), "kind": str("")}, "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: local-kind, IndexKey: kind"},
	}
	for _, c := range cases {
		_, err := w.db.PutItem(ctx, &put{TableName: &c.table, Item: c.item})
		wantInvalid(t, "PutItem", err, c.want)
	}
}

func TestInvalidRequestsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.createEvents()
	key, values := item{"id": num("1")}, item{":v": str("x")}
	cases := []struct {
		name string
		in   sdk.UpdateItemInput
		want string
	}{
		{"wrong key", sdk.UpdateItemInput{Key: item{"no": num("1")}}, "The provided key element does not match the schema"},
		{"key of another type", sdk.UpdateItemInput{Key: item{"id": str("1")}}, "The provided key element does not match the schema"},
		{"more than the key", sdk.UpdateItemInput{Key: item{"id": num("1"), "x": num("1")}}, "The provided key element does not match the schema"},
		{"short name", sdk.UpdateItemInput{Key: key, TableName: aws.String("ab")}, "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"bad enumerations", sdk.UpdateItemInput{Key: key, ReturnValues: "x", ReturnConsumedCapacity: "y"}, "2 validation errors detected: Value 'x' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'y' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"},
		{"values without expression", sdk.UpdateItemInput{Key: key, ExpressionAttributeValues: values}, "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"},
		{"names without expression", sdk.UpdateItemInput{Key: key, ExpressionAttributeNames: map[string]string{"#x": "x"}}, "ExpressionAttributeNames can only be specified when using expressions"},
		{"invalid value", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET a = :v"), ExpressionAttributeValues: item{":v": num("x")}}, "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v"},
		{"unused value", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("REMOVE a"), ExpressionAttributeValues: values}, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"},
		{"syntax", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET a")}, `Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "a"`},
		{"key updated", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET id = :v"), ExpressionAttributeValues: values}, "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"},
		{"into the key", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET a = :v"), ConditionExpression: aws.String("id.x = :v"), ExpressionAttributeValues: values}, "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"},
		{"index key of another type", sdk.UpdateItemInput{TableName: aws.String("events"), Key: item{"pk": str("a"), "sk": num("1")}, UpdateExpression: aws.String("SET kind = :v"), ExpressionAttributeValues: item{":v": num("1")}}, "One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: local-kind"},
		{"missing attribute", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET a = b")}, "The provided expression refers to an attribute that does not exist in the item"},
		{"too large", sdk.UpdateItemInput{Key: key, UpdateExpression: aws.String("SET a = :v"), ExpressionAttributeValues: item{":v": str(strings.Repeat("x", 400<<10))}}, "Item size to update has exceeded the maximum allowed size"},
		{"legacy", sdk.UpdateItemInput{Key: key, AttributeUpdates: map[string]types.AttributeValueUpdate{"a": {Value: str("x")}}}, "The legacy parameter AttributeUpdates is not supported here: use UpdateExpression instead"},
	}
	for _, c := range cases {
		if c.in.TableName == nil {
			c.in.TableName = aws.String("orders")
		}
		_, err := w.db.UpdateItem(ctx, &c.in)
		wantInvalid(t, c.name, err, c.want)
	}
	_, err := w.db.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("nowhere"), Key: key})
	wantError[*types.ResourceNotFoundException](t, "GetItem from a missing table", err)
}
