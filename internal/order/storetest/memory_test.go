package storetest_test

import (
	"testing"

	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/order/storetest"
)

func TestMemory(t *testing.T) {
	store := &storetest.Memory{}
	storetest.Run(t, storetest.Subject{Store: store, Pending: func(t *testing.T, id order.ID) event.Pending {
		announced := store.Announced(id)
		return announced[len(announced)-1]
	}})
}
