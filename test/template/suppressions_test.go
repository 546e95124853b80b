package template_test

import "slices"

// suppression is a finding of cdk-nag that is meant, and the reason.
type suppression struct {
	in      string // the only one of nagContexts that it is for; "" for all
	path    string // of the resource, below the stack
	rule    string // without the name of the pack
	finding string // which of the findings of a rule that has several
	reason  string // a sentence
}

// suppressionCount is how many findings are suppressed.
const suppressionCount = 71

const (
	isDeadLetterQueue = "This is a dead-letter queue: cdk-nag sees those of queues and functions only, not those of rules, " +
		"asynchronous invocations and event source mappings."
	tracesHaveNoResource     = "X-Ray has no resources to name: the actions that send traces can be allowed on * only."
	logDeliveryHasNoResource = "X-Ray and the delivery of logs have no resources to name, and Step Functions refuses to log " +
		"an express workflow without being allowed all of these actions on *."
	alarmsAreReadByName  = "CodeDeploy looks at alarms as this role; which names it asks for is not documented, and the action only reads."
	demoDataIsExpendable = "The data of a demo goes with its stack; in stage prod the table has point-in-time recovery."
	historyIsKept        = "Step Functions keeps the history of a standard workflow for 90 days; to log it as well, the role would " +
		"have to be allowed to change the resource policies of all log groups of the account."
	demoIsOpen = "The demo is for curl and holds no data of anybody; the context auth has callers authorized, " +
		"and the limits of the stage bound what a stranger can cost."
)

// functions are the paths of all functions.
var functions = slices.Concat(synchronous, asynchronous)

var synchronous = []string{
	"Orders/CreateOrder", "Orders/GetOrder", "Bookings/CreateBooking", "Bookings/GetBooking", "Seats/GetSeats",
}

var asynchronous = []string{
	"Orders/UpdateOrder", "Orders/PublishEvents", "Notifications/Notify",
	"Bookings/UpdateBooking", "Bookings/PublishEvents", "BookingPayments/ProcessPayment", "BookingPayments/PublishEvents",
	"Seats/AssignSeat", "Seats/PublishEvents", "Tickets/IssueTicket", "Tickets/PublishEvents",
}

// routes are the paths of all rules.
var routes = []string{
	"Bus/CatchAll", "Orders/FilteringPayments", "Payments/FilteringOrders", "Notifications/Rule",
	"BookingCatchAll", "BookingPayments/Processing", "BookingPayments/Refund", "Seats/Confirmed", "Seats/Withdrawal",
	"Tickets/Seated", "Bookings/Progress", "Notifications/BookingRule",
}

var tables = []string{
	"Orders/Table", "Notifications/NotifiedEvents",
	"Bookings/Table", "BookingPayments/Table", "Seats/Taken", "Seats/Assignments", "Tickets/Table",
}

var endpoints = []string{
	"Api/CreateOrder", "Api/GetOrder", "Api/Describe", "Api/CreateBooking", "Api/GetBooking", "Api/GetSeats",
}

var suppressions = slices.Concat(
	each(routes, suppression{"", "/DeadLetters/Resource", "SQS3", "", isDeadLetterQueue}),
	each(asynchronous, suppression{"", "/Failures/Resource", "SQS3", "", isDeadLetterQueue}),
	each(functions, suppression{"", "/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource}),
	each(functions, suppression{"prod", "/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName}),
	each(tables, suppression{"demo", "/Resource", "DDB3", "", demoDataIsExpendable}),
	each(endpoints, suppression{"demo", "/Route", "APIG4", "", demoIsOpen}),
	[]suppression{
		{"demo", "Payments/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
		{"prod", "Payments/RoleExpress/Resource", "IAM5", "Resource::*", logDeliveryHasNoResource},
		{"demo", "Payments/StateMachine", "SF1", "", historyIsKept},
	},
)

// each is the suppression below each of the paths.
func each(paths []string, below suppression) []suppression {
	all := make([]suppression, len(paths))
	for i, path := range paths {
		all[i] = below
		all[i].path = path + below.path
	}
	return all
}
