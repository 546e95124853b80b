package dynamotable_test

import (
	"testing"
	"time"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
)

// BenchmarkPut is what a value takes on its way to DynamoDB, without the SDK.
func BenchmarkPut(b *testing.B) {
	store, value := newStore(nil), benchmarked()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Put(value, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is what an item takes on its way from DynamoDB.
func BenchmarkDecode(b *testing.B) {
	store := newStore(nil)
	put, err := store.Put(benchmarked(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Decode(put.Item); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarked() thing {
	return thing{
		ID: "thing-1", Count: 1, Price: 100_50, At: event.At(time.Unix(0, 0)), Name: "a thing", List: []string{"a", "b"},
		Parts: []*entitytest.Part{{Key: "a"}, {Key: "b"}},
	}
}
