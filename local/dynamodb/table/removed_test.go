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
	succeeded := table.New(schema, kept)
	other := schema
	other.Indexes = []table.Index{{Name: "by-id", Keys: schema.Keys, Global: true}}
	succeeded.Succeed(other)

	for name, gone := range map[string]*table.Table{"removed": removed, "succeeded": succeeded} {
		if _, err := gone.Apply(put); !errors.Is(err, table.ErrRemoved) {
			t.Errorf("%s: Apply: got %v, want ErrRemoved", name, err)
		}
		if _, _, err := table.Transact([]table.Step{{Table: gone, Mutation: put}}); !errors.Is(err, table.ErrRemoved) {
			t.Errorf("%s: Transact: got %v, want ErrRemoved", name, err)
		}
		if err := gone.SetStream(nil, nothing); !errors.Is(err, table.ErrRemoved) {
			t.Errorf("%s: SetStream: got %v, want ErrRemoved", name, err)
		}
		if err := gone.Remove(nothing); !errors.Is(err, table.ErrRemoved) {
			t.Errorf("%s: Remove: got %v, want ErrRemoved", name, err)
		}
	}
	if err := kept.Load("dynamodb.items.orders", func(key string, _ []byte) error { return errors.New(key) }); err != nil {
		t.Errorf("the store has an item: %v", err)
	}
}
