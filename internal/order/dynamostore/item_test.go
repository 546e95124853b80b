package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/order/dynamostore"
)

func number(id order.ID) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(int64(id))}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// TestUnreadableItems puts items that no order can be made of where the store
// looks: each way to read one fails, and none takes it for missing.
func TestUnreadableItems(t *testing.T) {
	client := newTable(t)
	store := dynamostore.New(client, table)
	ctx := context.Background()
	map1 := func(members item) types.AttributeValue { return &types.AttributeValueMemberM{Value: members} }
	list := func(entries ...types.AttributeValue) types.AttributeValue {
		return &types.AttributeValueMemberL{Value: entries}
	}
	for name, wrong := range map[string]item{
		"no amount":         {"amount": nil},
		"amount as text":    {"amount": text("100")},
		"odd amount":        {"amount": &types.AttributeValueMemberN{Value: "0.001"}},
		"odd status":        {"status": text("OrderShipped")},
		"status as number":  {"status": number(1)},
		"no time":           {"createdAt": nil},
		"odd time":          {"updatedAt": text("yesterday")},
		"no history":        {"history": nil},
		"history as map":    {"history": map1(nil)},
		"history of text":   {"history": list(text("OrderCreated"))},
		"history of no one": {"history": list(map1(item{"status": text("OrderCreated")}))},
	} {
		t.Run(name, func(t *testing.T) {
			put(t, client, wrong)
			_, getErr := store.Get(ctx, 101)
			o, _ := order.New(101, 1, event.At(event0.At))
			_, _, createErr := store.Create(ctx, o, &event0)
			_, advanceErr := store.Advance(ctx, 101, order.Cancelled, order.Change{Status: order.Completed, At: event.At(event0.At)}, event0)
			for call, err := range map[string]error{"Get": getErr, "Create": createErr, "Advance": advanceErr} {
				if err == nil || errors.Is(err, entity.ErrNotFound) {
					t.Errorf("%s = %v, want an error that says what is wrong", call, err)
				}
			}
		})
	}
}

var event0 = event.Pending{EventID: "e", DetailType: "OrderCreated", Detail: "{}"}

// put writes order 101 with some attributes replaced, or left out for nil.
func put(t *testing.T, client *dynamodb.Client, wrong item) {
	t.Helper()
	at := text("2026-11-02T09:15:00.120Z")
	whole := item{
		"id": number(101), "amount": number(100), "status": text("OrderCreated"), "createdAt": at, "updatedAt": at,
		"history": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberM{Value: item{"status": text("OrderCreated"), "at": at}},
		}},
	}
	maps.Copy(whole, wrong)
	maps.DeleteFunc(whole, func(_ string, v types.AttributeValue) bool { return v == nil })
	itemtest.Put(t, client, table, whole)
}
