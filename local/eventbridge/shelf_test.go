package eventbridge

import (
	"strings"
	"testing"
	"time"

	"eda-demo/local/store"
)

func TestArchiveIsBounded(t *testing.T) {
	f := &shelf{store: store.Memory(), bucket: "b"}
	event := &envelope{
		json:     []byte(`{"time":"2026-11-20T00:00:00Z","detail":"` + strings.Repeat("x", 4<<20) + `"}`),
		ingested: time.Now(),
	}
	size := int64(len(event.json))
	for range 20 {
		if err := f.add(event, 0); err != nil {
			t.Fatal(err)
		}
	}
	count, bytes := f.size(0)
	if want := maxArchiveBytes / size; int64(count) != want || bytes != want*size || f.events[0].sequence != 20-uint64(want)+1 {
		t.Errorf("got %d events of %d bytes from the %dth on, want the last %d", count, bytes, f.events[0].sequence, want)
	}
}
