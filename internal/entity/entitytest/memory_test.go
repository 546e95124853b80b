package entitytest_test

import (
	"context"
	"errors"
	"testing"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
)

func TestConformance(t *testing.T) {
	var store entitytest.Memory[string, entitytest.Thing]
	entitytest.Run(t, entitytest.Subject{
		Store: &store,
		Pending: func(_ *testing.T, key string) event.Pending {
			announced := store.Announced(key)
			if len(announced) == 0 {
				return event.Pending{}
			}
			return announced[len(announced)-1]
		},
	})
}

func TestMemoryFails(t *testing.T) {
	var store entitytest.Memory[string, entitytest.Thing]
	want := errors.New("out of order")
	var asked []string
	store.Fail = func(operation string) error {
		asked = append(asked, operation)
		return want
	}
	ctx := context.Background()
	_, _, createErr := store.Create(ctx, entitytest.Thing{ID: "a"}, &event.Pending{EventID: "e"})
	_, getErr := store.Get(ctx, "a")
	_, _, changeErr := store.Change(ctx, "a", nil)
	for i, err := range []error{createErr, getErr, changeErr} {
		if !errors.Is(err, want) || len(asked) != 3 {
			t.Errorf("call %d = %v after %v are asked for, want %v after 3", i, err, asked, want)
		}
	}
	store.Fail = nil
	if n := store.Len() + len(store.Announced()); n != 0 {
		t.Errorf("%d things and events are there, want none", n)
	}
}
