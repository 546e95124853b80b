package order_test

import (
	"errors"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
)

func TestParseID(t *testing.T) {
	for literal, want := range map[string]order.ID{
		"1": 1, "1e2": 100, "100.0": 100, "9007199254740991": order.MaxID,
	} {
		if got, err := order.ParseID(literal); got != want || err != nil {
			t.Errorf("ParseID(%q) = %d, %v, want %d", literal, got, err, want)
		}
	}
	for _, literal := range []string{"0", "-0", "-1", "1.5", "9007199254740992", "1e400", "1e-400", `"1"`, "", "NaN"} {
		if got, err := order.ParseID(literal); !errors.Is(err, order.ErrID) {
			t.Errorf("ParseID(%q) = %d, %v, want the error %v", literal, got, err, order.ErrID)
		}
	}
}

func TestNew(t *testing.T) {
	at := time.Date(2026, 11, 2, 10, 15, 0, 123_456_789, time.FixedZone("CET", 3600))
	o, err := order.New(101, 100_00, event.At(at))
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	want := time.Date(2026, 11, 2, 9, 15, 0, 123_000_000, time.UTC)
	for name, got := range map[string]event.Time{"created": o.Created, "updated": o.Updated, "history": o.History[0].At} {
		if got.Time != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if o.Status != order.Created || len(o.History) != 1 || o.History[0].Status != order.Created {
		t.Errorf("New = %+v, want the status %s, also as the history's only one", o, order.Created)
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		id     order.ID
		amount money.Amount
		want   error
	}{
		{0, 1, order.ErrID}, {order.MaxID + 1, 1, order.ErrID},
		{1, 0, money.ErrPrice}, {1, -1, money.ErrPrice}, {1, money.MaxPrice + 1, money.ErrPrice},
	}
	for _, tt := range tests {
		if _, err := order.New(tt.id, tt.amount, event.At(time.Now())); !errors.Is(err, tt.want) {
			t.Errorf("New(%d, %s) = %v, want %v", tt.id, tt.amount, err, tt.want)
		}
	}
}

func TestStatus(t *testing.T) {
	for status, want := range map[order.Status][2]bool{
		order.Created: {true, false}, order.Completed: {true, true}, order.Cancelled: {true, true},
		"": {false, false}, "OrderShipped": {false, false},
	} {
		if got := [2]bool{status.Valid(), status.Final()}; got != want {
			t.Errorf("%q is valid, final: %v, want %v", status, got, want)
		}
	}
}
