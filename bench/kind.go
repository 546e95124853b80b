package main

import (
	"fmt"
)

// kind is what clients ask for by the API: orders or bookings, by numbers.
type kind struct {
	path string // of the POST; what it made is shown at path/name
	name func(number int) string
	body func(number int) string
	// table is the output that names where they are kept.
	table string
	// done are the statuses in which nothing more is to come, failed those that
	// a measurement must not see.
	done, failed []string
}

// orders has every second one above what is paid.
var orders = kind{
	path:  "/order",
	name:  func(id int) string { return fmt.Sprint(id) },
	body:  func(id int) string { return fmt.Sprintf(`{"id":%d,"amount":%d}`, id, 100+800*(id%2)) },
	table: "OrdersTableName", done: []string{"OrderCompleted", "OrderCancelled"},
}

// bookings all get tickets, as long as their flights have seats for them.
func bookings(flight func(number int) int) kind {
	return kind{
		path: "/booking",
		name: func(n int) string { return fmt.Sprint("B", n) },
		body: func(n int) string {
			return fmt.Sprintf(`{"bookingId":"B%d","customerId":"C%d","flightId":"F%d","amount":%d}`, n, n, flight(n), 1+n%1000)
		},
		table: "BookingsTableName", done: []string{"TicketIssued"}, failed: []string{"BookingCancelled"},
	}
}

// seats is how many a flight has.
const seats = 180

// oneByOne fills a flight after the other: booking 1 is the first of flight 0.
func oneByOne(number int) int { return (number - 1) / seats }

// spreadFlights is over how many flights bookings are spread.
const spreadFlights = 50

func spreadOut(number int) int { return number % spreadFlights }

// roomy flights are never full.
func roomy(number int) int { return number / (seats / 2) }
