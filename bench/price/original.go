package price

import "fmt"

// orderBus is the name of the bus that carries the events of orders.
const orderBus = "eda-demo"

// Names of the functions, which the design of the first demo has as well.
const (
	createOrder  = "eda-demo-create-order"
	updateOrder  = "eda-demo-update-order"
	notification = "eda-demo-notification"
	publisher    = "eda-demo-publish-order-events"
)

// originalMemoryMB is what a function has that is given no memory size.
const originalMemoryMB = 128

// platformLog is how many bytes the START, END and REPORT lines of an
// invocation are as text, and printed how many a console.log of its event adds.
const platformLog = 330

// Original is the design of the demo that this one was made from, and what an order
// uses of it, with the assumptions that both rest on. The demo is described, not
// run: what it uses is derived from what was counted of this one, standard
// workflow.
func Original(counted Usage) (Design, Usage, []string) {
	small := Function{MemoryMB: originalMemoryMB}
	d := Design{REST: true, Functions: map[string]Function{createOrder: small, updateOrder: small, notification: small}}
	events := counted.Events
	u := Usage{
		Requests: counted.Requests,
		// Each function publishes what it has written itself.
		Invocations: map[string]Invocations{
			createOrder:  {counted.Requests, counted.local(createOrder) + counted.local(publisher)},
			updateOrder:  {1, counted.local(updateOrder) + counted.local(publisher)},
			notification: {events, counted.local(notification)},
		},
		Events: events, EventBytes: counted.EventBytes,
		States: counted.States, Executions: counted.Executions,
		WriteUnits:   2,
		Publications: events, Mails: events,
		Stored: counted.Stored / 2,
	}
	var invocations float64
	for _, used := range u.Invocations {
		invocations += used.Count
	}
	u.LogBytes = counted.EventBytes + invocations*platformLog
	return d, u, []string{
		"A REST API in front of its functions; the request is the same.",
		fmt.Sprintf("Three Node.js functions on x86 with %d MB, what a function has that is given nothing else: create-order, update-order and notification. They compute as long as these Go functions do on the machine that measured them, which favours the demo.", originalMemoryMB),
		"create-order and update-order write once each and then publish themselves: no outbox, no stream, no publisher; an event is lost if one fails in between.",
		"notification publishes each event to the topic and remembers nothing: no writes, and duplicates are mailed twice.",
		"The same three events of the same size, the same standard workflow with the same three states, the same catch-all log, the same mails.",
		fmt.Sprintf("Functions log what the platform does, %d bytes an invocation; no traces, archive, alarms, dashboard or custom metrics; half as much is stored.", platformLog),
	}
}

func (u Usage) local(function string) float64 { return u.Invocations[function].LocalMs }
