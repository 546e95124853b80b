package chaos

import "eda-demo/internal/event"

// amounts are those of orders, in turn.
var amounts = []string{"100", "900", "0.01", "500.01", "500", "1000000000", "499.99", "501"}

// id is the number of an order, counted from 1.
type id int64

// amount is the order's.
func (i id) amount() string { return amounts[int(i)%len(amounts)] }

// fate is what must become of an order.
type fate struct{ payment, final string }

func (i id) fate() fate {
	if int(i)%2 == 1 { // amounts above 500
		return fate{event.PaymentFailed, event.OrderCancelled}
	}
	return fate{event.PaymentSucceeded, event.OrderCompleted}
}

// events are those that must be published, in their order.
func (i id) events() []string {
	f := i.fate()
	return []string{event.OrderCreated, f.payment, f.final}
}
