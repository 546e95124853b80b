package metric

// What the services measure. Each is emitted with the dimension Service, whose
// value is the source of the service's events.
var (
	// OrdersCreated counts the orders that were accepted and are new.
	OrdersCreated = Metric{"OrdersCreated", Count}
	// OrdersCompleted and OrdersCancelled count the orders by final status.
	OrdersCompleted = Metric{"OrdersCompleted", Count}
	OrdersCancelled = Metric{"OrdersCancelled", Count}
	// TimeToFinalStatus is from the creation of an order to its final status.
	TimeToFinalStatus = Metric{"TimeToFinalStatus", Milliseconds}

	// BookingsCreated counts the bookings that were accepted and are new.
	BookingsCreated = Metric{"BookingsCreated", Count}
	// BookingsTicketed and BookingsCancelled count the bookings by outcome.
	BookingsTicketed  = Metric{"BookingsTicketed", Count}
	BookingsCancelled = Metric{"BookingsCancelled", Count}
	// TimeToOutcome is from the creation of a booking to its ticket or its
	// cancellation.
	TimeToOutcome = Metric{"TimeToOutcome", Milliseconds}
)

// LoggedFailures counts the invocations of a function, which is its only
// dimension, that failed and did not return an error: an answer with status
// 500, a batch of which Lambda is to deliver a part again. Lambda's metric
// Errors counts the others; none is in both. It is there when something failed
// only, and costs nothing else.
var LoggedFailures = Metric{"LoggedFailures", Count}

// All lists every metric with the dimension Service.
func All() []Metric { return append(Orders(), Bookings()...) }

// Orders lists what the order service measures.
func Orders() []Metric {
	return []Metric{OrdersCreated, OrdersCompleted, OrdersCancelled, TimeToFinalStatus}
}

// Bookings lists what the booking service measures.
func Bookings() []Metric {
	return []Metric{BookingsCreated, BookingsTicketed, BookingsCancelled, TimeToOutcome}
}
