package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"

	"eda-demo/internal/event"
)

// newTickets creates the ticket service: each booking with a seat gets one
// ticket. It returns the service's table.
func newTickets(s scope, b bus) awsdynamodb.Table {
	s = s.child("Tickets")
	table := s.entities("Table", event.TicketsTable, "bookingId")
	issue := toFunction(newIssueTicket(s, table))
	b.route(s, "Seated", event.TicketIssuedRule, only(event.AircraftSeats, event.SeatAssigned), issue)
	b.publisher(s, event.PublishTicketEventsFunction, event.AircraftTicket, table)
	return table
}

func newIssueTicket(s scope, table awsdynamodb.Table) function {
	return s.function("IssueTicket", functionProps{
		name:        event.IssueTicketFunction,
		pkg:         issueTicketPackage,
		description: "Issues the ticket of a booking that has its seat, once",
		environment: map[string]*string{"TICKETS_TABLE": table.TableName()},
		timeout:     10 * time.Second, // one write and its retries
		allowed:     statements{allow(table.TableArn(), "dynamodb:PutItem")},
		invocation:  invocation{asynchronous: true},
	})
}
