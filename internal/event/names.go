// Package event is the contract between the services: the names of everything
// that events pass through, the events' payloads, their JSON Schemas and a
// sample of each. It depends on nothing but the standard library and the
// exact amounts of money, so that infrastructure code, functions, tests and
// the generated documentation can all use it.
package event

// Buses: one carries the events of orders, the other those of bookings.
const (
	BusName        = "eda-demo"
	BookingBusName = "AircraftBookingBus"
)

// Archives, one of every event on each bus.
const (
	ArchiveName        = "eda-demo-events"
	BookingArchiveName = "eda-demo-booking-events"
)

// Sources on BusName: who may put an event on the bus.
const (
	OrderService   = "order-service"
	PaymentService = "payment-service"
)

// Sources on BookingBusName.
const (
	AircraftBooking = "aircraft.booking"
	AircraftPayment = "aircraft.payment"
	AircraftSeats   = "aircraft.seat-assignment"
	AircraftTicket  = "aircraft.ticket"
)

// Detail types, with the source that publishes each.
const (
	OrderCreated   = "OrderCreated"   // OrderService
	OrderCompleted = "OrderCompleted" // OrderService
	OrderCancelled = "OrderCancelled" // OrderService

	PaymentSucceeded = "PaymentSucceeded" // PaymentService
	PaymentFailed    = "PaymentFailed"    // PaymentService; AircraftPayment, with another payload

	BookingCreated   = "BookingCreated"   // AircraftBooking
	BookingCancelled = "BookingCancelled" // AircraftBooking

	PaymentConfirmed = "PaymentConfirmed" // AircraftPayment
	PaymentRefunded  = "PaymentRefunded"  // AircraftPayment

	SeatAssigned         = "SeatAssigned"         // AircraftSeats
	SeatAssignmentFailed = "SeatAssignmentFailed" // AircraftSeats

	TicketIssued = "TicketIssued" // AircraftTicket
)

// Rules on BusName; each has one target.
const (
	CatchAllRule     = "cw-catch-all"
	PaymentRule      = "payment-service-filtering-orders"
	OrderRule        = "order-service-filtering-payments"
	NotificationRule = "notification-service"
)

// Rules on BookingBusName; each has one target.
const (
	BookingCatchAllRule     = "CatchAllRule"
	PaymentProcessingRule   = "PaymentProcessingRule"   // BookingCreated, to the payment
	PaymentConfirmedRule    = "PaymentConfirmedRule"    // to the seat assignment
	TicketIssuedRule        = "TicketIssuedRule"        // SeatAssigned, to the ticket
	PaymentRefundRule       = "PaymentRefundRule"       // SeatAssignmentFailed, to the payment
	SeatWithdrawalRule      = "SeatWithdrawalRule"      // BookingCancelled, to the seat assignment
	BookingProgressRule     = "BookingProgressRule"     // what the other services say, to the booking
	BookingNotificationRule = "BookingNotificationRule" // how it ended, to the notifications
)
