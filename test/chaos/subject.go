package chaos

import (
	"fmt"
	"slices"

	"eda-demo/internal/event"
)

// id names an order or a booking: "order 101", "booking F1-17".
type id string

// subject is what a client asks for, and what takes its course then.
type subject interface {
	id() id
	// number tells subjects of a kind apart.
	number() int
	// path is that of the POST, and body what is posted; other has the same id
	// and another content.
	path() string
	body() string
	other() string
	// statuses are all that it may have.
	statuses() []string
	// fate is what must become of it, by what is seen of it so far as that is
	// not decided by what was asked for.
	fate(seen evidence) fate
	// judge adds what the model does not allow of it besides.
	judge(seen evidence, add add)
}

// fate is what must become of a subject.
type fate struct {
	// item is where it is kept, by the output that names the table.
	item    string
	amount  string
	history []string // statuses
	events  []string // that must be published, each caused by the one before
	mails   []string // events that are told of
}

func (f fate) final() string { return f.history[len(f.history)-1] }

// subjects are all orders and bookings, mixed evenly.
func (s *Settings) subjects() []subject {
	var orders, bookings []subject
	for n := range s.Orders {
		orders = append(orders, order(n+1))
	}
	for flight := range s.Flights {
		for n := range bookingsOfAFlight {
			bookings = append(bookings, booking{flight + 1, n + 1})
		}
	}
	return mix(orders, bookings)
}

// mix puts the elements of two lists into one, each in its order.
func mix(a, b []subject) []subject {
	if len(a) < len(b) {
		a, b = b, a
	}
	mixed := slices.Clone(a)
	for i := len(b); i > 0; i-- {
		mixed = slices.Insert(mixed, i*len(a)/len(b), b[i-1])
	}
	return mixed
}

// amounts are those of orders, in turn.
var amounts = []string{"100", "900", "0.01", "500.01", "500", "1000000000", "499.99", "501"}

// order is one, counted from 1.
type order int64

func (o order) id() id      { return id(fmt.Sprint("order ", int64(o))) }
func (o order) number() int { return int(o) }

func (o order) path() string  { return "/order" }
func (o order) body() string  { return fmt.Sprintf(`{"id":%d,"amount":%s}`, o, o.amount()) }
func (o order) other() string { return fmt.Sprintf(`{"id":%d,"amount":42}`, o) }

func (o order) amount() string { return amounts[int(o)%len(amounts)] }

func (o order) statuses() []string { return o.fate(evidence{}).history }

func (o order) fate(evidence) fate {
	payment, final := event.PaymentSucceeded, event.OrderCompleted
	if int(o)%2 == 1 { // amounts above 500
		payment, final = event.PaymentFailed, event.OrderCancelled
	}
	events := []string{event.OrderCreated, payment, final}
	return fate{"OrdersTableName", o.amount(), []string{event.OrderCreated, final}, events, events}
}

func (o order) judge(evidence, add) {}
