package event

// Functions, tables, topics, state machines and log group by the names that
// people look them up by.
const (
	CreateOrderFunction        = "eda-demo-create-order"
	GetOrderFunction           = "eda-demo-get-order"
	UpdateOrderFunction        = "eda-demo-update-order"
	PublishOrderEventsFunction = "eda-demo-publish-order-events"
	NotificationFunction       = "eda-demo-notification"

	CreateBookingFunction        = "eda-demo-create-booking"
	GetBookingFunction           = "eda-demo-get-booking"
	UpdateBookingFunction        = "eda-demo-update-booking"
	PublishBookingEventsFunction = "eda-demo-publish-booking-events"
	ProcessPaymentFunction       = "eda-demo-process-payment"
	PublishPaymentEventsFunction = "eda-demo-publish-payment-events"
	AssignSeatFunction           = "eda-demo-assign-seat"
	GetSeatsFunction             = "eda-demo-get-seats"
	PublishSeatEventsFunction    = "eda-demo-publish-seat-events"
	IssueTicketFunction          = "eda-demo-issue-ticket"
	PublishTicketEventsFunction  = "eda-demo-publish-ticket-events"

	OrdersTable         = "eda-demo-orders"
	NotifiedEventsTable = "eda-demo-notified-events"

	BookingsTable        = "eda-demo-bookings"
	PaymentTable         = "PaymentTable" // payments of bookings
	SeatsTable           = "eda-demo-seats"
	SeatAssignmentsTable = "eda-demo-seat-assignments"
	TicketsTable         = "eda-demo-tickets"

	NotificationTopic            = "eda-demo-order-notification"
	NotificationTopicDisplayName = "Order Notification"
	AlarmTopic                   = "eda-demo-alarms"

	// The payment service is one of the two, as it is configured.
	PaymentStateMachine        = "eda-demo-payment-service"
	PaymentExpressStateMachine = "eda-demo-payment-service-express"

	CatchAllLogGroup = "eda-demo-all"
)
