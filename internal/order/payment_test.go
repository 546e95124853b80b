package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
)

func TestHandlePayment(t *testing.T) {
	succeeded := payment("PaymentSucceeded", "a", `{"id":101,"metadata":{"eventId":"a","correlationId":"c","schemaVersion":"1"}}`)
	failed := payment("PaymentFailed", "b", `{"id":101}`)
	other := payment("PaymentFailed", "c", `{"id":102}`)
	tests := []struct {
		name   string
		events []event.Envelope
		want   []order.Status
	}{
		{"succeeded", []event.Envelope{succeeded}, []order.Status{order.Created, order.Completed}},
		{"failed", []event.Envelope{failed}, []order.Status{order.Created, order.Cancelled}},
		{"twice", []event.Envelope{succeeded, succeeded}, []order.Status{order.Created, order.Completed}},
		{"contradicted", []event.Envelope{succeeded, failed}, []order.Status{order.Created, order.Completed}},
		{"contradicted the other way", []event.Envelope{failed, succeeded, failed}, []order.Status{order.Created, order.Cancelled}},
		{"of another order", []event.Envelope{other}, []order.Status{order.Created}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture()
			f.place(t, 101, 100_00)
			f.place(t, 102, 100_00)
			for _, e := range tt.events {
				if err := f.HandlePayment(context.Background(), e); err != nil {
					t.Errorf("HandlePayment(%s): %v", e.ID, err)
				}
			}
			f.wantStatus(t, 101, tt.want...)
		})
	}
}

func TestHandlePaymentKeepsTheTrace(t *testing.T) {
	tests := []struct{ detail, want string }{
		{`{"id":101,"metadata":{"eventId":"cause","correlationId":"trace","schemaVersion":"1"}}`,
			`{"id":101,"metadata":{"eventId":"id-3","correlationId":"trace","causationId":"cause","schemaVersion":"1"}}`},
		{`{"id":101}`,
			`{"id":101,"metadata":{"eventId":"id-3","correlationId":"envelope","causationId":"envelope","schemaVersion":"1"}}`},
	}
	for _, tt := range tests {
		f := newFixture()
		f.place(t, 101, 100_00)
		if err := f.HandlePayment(context.Background(), payment("PaymentSucceeded", "envelope", tt.detail)); err != nil {
			t.Fatalf("HandlePayment: %v", err)
		}
		want := event.Pending{EventID: "id-3", DetailType: "OrderCompleted", Detail: tt.want, At: noon.Add(2 * time.Second)}
		if got := f.store.Announced(101)[1]; !reflect.DeepEqual(got, want) {
			t.Errorf("after %s announced\n%+v\nwant\n%+v", tt.detail, got, want)
		}
	}
}

func TestHandlePaymentFails(t *testing.T) {
	wrongSource := payment("PaymentSucceeded", "e", `{"id":101}`)
	wrongSource.Source = event.OrderService
	tests := []struct {
		name string
		in   event.Envelope
		want error
	}{
		{"no such order", payment("PaymentSucceeded", "e", `{"id":999}`), entity.ErrNotFound},
		{"unknown detail type", payment("PaymentRefunded", "e", `{"id":101}`), event.ErrUnknown},
		{"unknown source", wrongSource, event.ErrUnknown},
		{"no detail", payment("PaymentSucceeded", "e", ``), nil},
		{"detail of another shape", payment("PaymentSucceeded", "e", `[101]`), nil},
		{"no id", payment("PaymentSucceeded", "e", `{}`), order.ErrID},
		{"id out of range", payment("PaymentFailed", "e", `{"id":9007199254740992}`), order.ErrID},
		{"id as a string", payment("PaymentFailed", "e", `{"id":"101"}`), nil},
		{"id with decimals", payment("PaymentFailed", "e", `{"id":101.5}`), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture()
			f.place(t, 101, 100_00)
			err := f.HandlePayment(context.Background(), tt.in)
			if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) {
				t.Errorf("HandlePayment = %v, want the error %v", err, tt.want)
			}
			f.wantStatus(t, 101, order.Created)
		})
	}
}

// TestSampleEventsTakeEffect holds that what the contract shows is understood.
func TestSampleEventsTakeEffect(t *testing.T) {
	for _, typ := range event.Types() {
		if typ.Source != event.PaymentService {
			continue
		}
		for _, sample := range typ.Samples {
			var e event.Envelope
			var detail event.PaymentDetail
			if err := errors.Join(json.Unmarshal(sample.JSON, &e), json.Unmarshal(e.Detail, &detail)); err != nil {
				t.Fatalf("decoding %s: %v", sample.Name, err)
			}
			f := newFixture()
			f.place(t, order.ID(detail.ID), 1)
			if err := f.HandlePayment(context.Background(), e); err != nil {
				t.Errorf("HandlePayment(%s): %v", sample.Name, err)
			}
			if got := len(f.store.Announced(order.ID(detail.ID))); got != 2 {
				t.Errorf("after %s the order announced %d events, want 2", sample.Name, got)
			}
		}
	}
}

func FuzzHandlePayment(f *testing.F) {
	f.Add("PaymentSucceeded", `{"id":101}`)
	f.Add("PaymentFailed", `{"id":101,"metadata":{"eventId":7}}`)
	f.Add("", `[[[[`)
	f.Fuzz(func(t *testing.T, detailType, detail string) {
		fix := newFixture()
		fix.place(t, 101, 1)
		err := fix.HandlePayment(context.Background(), payment(detailType, "e", detail))
		if changed := len(fix.store.Announced(101)) == 2; changed != (err == nil) {
			t.Errorf("HandlePayment(%q, %q) = %v, but that the order changed is %v", detailType, detail, err, changed)
		}
	})
}
