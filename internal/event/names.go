// Package event is the contract between the services: the names of everything
// that events pass through, the events' payloads, their JSON Schemas and a
// sample of each. It depends on nothing but the standard library and the
// exact amounts of money, so that infrastructure code, functions, tests and
// the generated documentation can all use it.
package event

// BusName is the custom event bus that carries every event of the services.
const BusName = "eda-demo"

// ArchiveName is the archive of every event on the bus.
const ArchiveName = "eda-demo-events"

// Sources: who may put an event on the bus.
const (
	OrderService   = "order-service"
	PaymentService = "payment-service"
)

// Detail types, with the source that publishes each.
const (
	OrderCreated   = "OrderCreated"   // OrderService
	OrderCompleted = "OrderCompleted" // OrderService
	OrderCancelled = "OrderCancelled" // OrderService

	PaymentSucceeded = "PaymentSucceeded" // PaymentService
	PaymentFailed    = "PaymentFailed"    // PaymentService
)

// Rules on the bus; each has one target.
const (
	CatchAllRule     = "cw-catch-all"
	PaymentRule      = "payment-service-filtering-orders"
	OrderRule        = "order-service-filtering-payments"
	NotificationRule = "notification-service"
)
