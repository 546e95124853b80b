package table_test

import (
	"errors"
	"testing"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/store"
)

func TestNothingIsWrittenToARemovedTable(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	schema := table.Schema{Name: "orders", Keys: table.Keys{Partition: table.Attribute{Name: "id", Type: attribute.TypeS}}}
	put := table.Mutation{Kind: table.Put, Item: attribute.Map{"id": attribute.String("1")}}
	nothing := func(*store.Tx) {}

	removed := table.New(schema, kept)
	if err := removed.Remove(nothing); err != nil {
		t.Fatal(err)
	}
	if _, err := removed.Apply(put); !errors.Is(err, table.ErrRemoved) {
		t.Errorf("Apply: got %v, want ErrRemoved", err)
	}
	if _, _, err := table.Transact([]table.Step{{Table: removed, Mutation: put}}); !errors.Is(err, table.ErrRemoved) {
		t.Errorf("Transact: got %v, want ErrRemoved", err)
	}
	if _, err := removed.Change(schema, nil, nothing); !errors.Is(err, table.ErrRemoved) {
		t.Errorf("Change: got %v, want ErrRemoved", err)
	}
	if err := removed.Remove(nothing); !errors.Is(err, table.ErrRemoved) {
		t.Errorf("Remove: got %v, want ErrRemoved", err)
	}
	if err := kept.Load("dynamodb.items.orders", func(key string, _ []byte) error { return errors.New(key) }); err != nil {
		t.Errorf("the store has an item: %v", err)
	}
}
