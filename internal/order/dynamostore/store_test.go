package dynamostore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/order/dynamostore"
	"eda-demo/internal/order/storetest"
	"eda-demo/local/dynamodb/tabletest"
)

const table = "orders"

type item = dynamotable.Item

// newTable is a client of a DynamoDB that has the table.
func newTable(t *testing.T) *dynamodb.Client {
	t.Helper()
	return tabletest.New(t, table, "id", types.ScalarAttributeTypeN)
}

func read(t *testing.T, client *dynamodb.Client, id order.ID) item {
	t.Helper()
	return itemtest.Read(t, client, table, item{"id": number(id)})
}

func TestConformance(t *testing.T) {
	client := newTable(t)
	storetest.Run(t, storetest.Subject{
		Store: dynamostore.New(client, table),
		Pending: func(t *testing.T, id order.ID) event.Pending {
			return itemtest.Pending(t, read(t, client, id))
		},
	})
}

// TestItem pins how an order looks in the table, for others read it there.
func TestItem(t *testing.T) {
	client := newTable(t)
	at := time.Date(2026, 11, 2, 9, 15, 0, 120e6, time.UTC)
	o, err := order.New(101, 100_50, event.At(at))
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	pending := event.Pending{EventID: "e", DetailType: "OrderCreated", Detail: "{}", At: at}
	if _, _, err := dynamostore.New(client, table).Create(context.Background(), o, &pending); err != nil {
		t.Fatalf("Create: %v", err)
	}
	got := read(t, client, 101)
	for name, want := range map[string]string{
		"id": "N 101", "amount": "N 100.5", "status": "S OrderCreated",
		"createdAt": "S 2026-11-02T09:15:00.120Z", "updatedAt": "S 2026-11-02T09:15:00.120Z",
		"history": "L [M {at: S 2026-11-02T09:15:00.120Z, status: S OrderCreated}]",
		"outbox":  "M {at: S 2026-11-02T09:15:00.120Z, detail: S {}, detailType: S OrderCreated, eventId: S e}",
	} {
		if spelled := itemtest.Spell(got[name]); spelled != want {
			t.Errorf("%s is %s, want %s", name, spelled, want)
		}
	}
	if len(got) != 7 {
		t.Errorf("the item has %d attributes, want 7: %v", len(got), got)
	}
}

// TestErrorsNameTheOrderAndTheTable holds that a failure can be found.
func TestErrorsNameTheOrderAndTheTable(t *testing.T) {
	store := dynamostore.New(newTable(t), "absent")
	ctx := context.Background()
	o, _ := order.New(101, 1, event.At(time.Now()))
	_, _, createErr := store.Create(ctx, o, &event.Pending{EventID: "e"})
	_, advanceErr := store.Advance(ctx, 101, order.Created, order.Change{}, event.Pending{EventID: "e"})
	_, getErr := store.Get(ctx, 101)
	for name, err := range map[string]error{"Create": createErr, "Advance": advanceErr, "Get": getErr} {
		if err == nil || !strings.Contains(err.Error(), "101") || !strings.Contains(err.Error(), "absent") {
			t.Errorf("%s of a table that does not exist: %v, want the order and the table named", name, err)
		}
	}
}
