package dynamotable_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/local/dynamodb/tabletest"
)

const table = "things"

type (
	item  = dynamotable.Item
	thing = entitytest.Thing
)

func newTable(t *testing.T) *dynamodb.Client {
	t.Helper()
	return tabletest.New(t, table, "id", types.ScalarAttributeTypeS)
}

func newStore(api dynamotable.API) *dynamotable.Table[string, thing] {
	return dynamotable.New[string, thing](api, table, "id")
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func read(t *testing.T, client *dynamodb.Client, key string) item {
	t.Helper()
	return itemtest.Read(t, client, table, item{"id": text(key)})
}

func TestConformance(t *testing.T) {
	client := newTable(t)
	entitytest.Run(t, entitytest.Subject{
		Store:   newStore(client),
		Pending: func(t *testing.T, key string) event.Pending { return itemtest.Pending(t, read(t, client, key)) },
	})
}

// TestDeletedMeanwhile: what was there when decide was asked, and is no more.
func TestDeletedMeanwhile(t *testing.T) {
	client := newTable(t)
	itemtest.Put(t, client, table, item{"id": text("a")})
	_, changed, err := newStore(client).Change(context.Background(), "a", func(stands thing) (thing, *event.Pending, bool, error) {
		_, err := client.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: item{"id": text("a")}})
		return stands, nil, true, err
	})
	if changed || !errors.Is(err, entity.ErrNotFound) || len(read(t, client, "a")) > 0 {
		t.Errorf("Change of what was deleted meanwhile = %v, %v, want false and the error %v", changed, err, entity.ErrNotFound)
	}
}

// reserved has a member that the table has a meaning of its own for.
type reserved struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

func (r reserved) Key() string { return r.ID }

func TestReservedMembers(t *testing.T) {
	client := newTable(t)
	_, created, err := dynamotable.New[string, reserved](client, table, "id").Create(context.Background(), reserved{ID: "a"}, nil)
	if created || err == nil || !strings.Contains(err.Error(), "version") || len(read(t, client, "a")) > 0 {
		t.Errorf("Create = %v, %v, want an error that names the member, and nothing written", created, err)
	}
}

func TestErrorsNameTheKeyAndTheTable(t *testing.T) {
	store := dynamotable.New[string, thing](newTable(t), "absent", "id")
	ctx := context.Background()
	_, _, createErr := store.Create(ctx, thing{ID: "key-1"}, nil)
	_, _, changeErr := store.Change(ctx, "key-1", nil)
	_, getErr := store.Get(ctx, "key-1")
	for call, err := range map[string]error{"Create": createErr, "Change": changeErr, "Get": getErr} {
		if err == nil || !strings.Contains(err.Error(), "key-1") || !strings.Contains(err.Error(), "absent") {
			t.Errorf("%s of a table that does not exist: %v, want the key and the table named", call, err)
		}
	}
}
