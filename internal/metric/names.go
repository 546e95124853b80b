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
)

// All lists every metric there is.
func All() []Metric {
	return []Metric{OrdersCreated, OrdersCompleted, OrdersCancelled, TimeToFinalStatus}
}
