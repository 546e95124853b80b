package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// bookings is the booking service: its table, the functions that the API
// invokes, the one that follows what the other services say of a booking, and
// the publisher of what the table says.
type bookings struct {
	table  awsdynamodb.Table
	create function
	get    function
}

func newBookings(s scope, b bus) bookings {
	s = s.child("Bookings")
	table := s.entities("Table", event.BookingsTable, "bookingId")
	progress := pattern{"source": []any{event.AircraftPayment, event.AircraftSeats, event.AircraftTicket}}
	b.route(s, "Progress", event.BookingProgressRule, progress, toFunction(newUpdateBooking(s, table)))
	b.publisher(s, event.PublishBookingEventsFunction, event.AircraftBooking, table)
	return bookings{table: table, create: newCreateBooking(s, table), get: newGetBooking(s, table)}
}

func newCreateBooking(s scope, table awsdynamodb.Table) function {
	return s.function("CreateBooking", functionProps{
		name:        event.CreateBookingFunction,
		pkg:         createBookingPackage,
		description: "POST /booking: accepts a booking",
		environment: s.withLayout(map[string]*string{"BOOKINGS_TABLE": table.TableName()}),
		timeout:     apiTimeout,
		allowed:     statements{allow(table.TableArn(), "dynamodb:PutItem")},
	})
}

func newGetBooking(s scope, table awsdynamodb.Table) function {
	return s.function("GetBooking", functionProps{
		name:        event.GetBookingFunction,
		pkg:         getBookingPackage,
		description: "GET /booking/{id}: shows a booking and its history",
		environment: map[string]*string{"BOOKINGS_TABLE": table.TableName()},
		timeout:     apiTimeout,
		allowed:     statements{allow(table.TableArn(), "dynamodb:GetItem")},
	})
}

func newUpdateBooking(s scope, table awsdynamodb.Table) function {
	return s.function("UpdateBooking", functionProps{
		name:        event.UpdateBookingFunction,
		pkg:         updateBookingPackage,
		description: "Adds to a booking what the other services say of it",
		environment: map[string]*string{"BOOKINGS_TABLE": table.TableName()},
		// A read and a write with their retries, and both again for each event of
		// the same booking that comes in between, of which there are few.
		timeout:    15 * time.Second,
		allowed:    statements{allow(table.TableArn(), "dynamodb:GetItem", "dynamodb:UpdateItem")},
		invocation: invocation{asynchronous: true},
	})
}

// withLayout adds the layout of the flights' seats to an environment.
func (s scope) withLayout(environment map[string]*string) map[string]*string {
	environment["FLIGHT_ROWS"] = jsii.String(s.cfg.Flight.rows())
	environment["FLIGHT_SEATS"] = jsii.String(s.cfg.Flight.Seats)
	return environment
}
