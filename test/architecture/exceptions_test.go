package architecture

import "slices"

// exception is a finding that is meant, and the reason: a sentence for whoever
// asks why.
type exception struct {
	rule    string
	finding finding
	why     string
}

const (
	traces        = "allows xray:PutTraceSegments,xray:PutTelemetryRecords on *"
	sampledTraces = "allows xray:PutTraceSegments,xray:PutTelemetryRecords,xray:GetSamplingRules,xray:GetSamplingTargets on *"
	noTraces      = "X-Ray has no resources to name: these actions can be allowed on * only."

	alarms   = "allows cloudwatch:DescribeAlarms on *"
	noAlarms = "CodeDeploy looks at alarms as this role, and AWS's policy for it has * because which names it asks for is not documented; the action only reads."

	delivery = "allows logs:CreateLogDelivery,logs:GetLogDelivery,logs:UpdateLogDelivery,logs:DeleteLogDelivery," +
		"logs:ListLogDeliveries,logs:PutResourcePolicy,logs:DescribeResourcePolicies,logs:DescribeLogGroups on *"
	noDelivery = "Step Functions refuses to log without these, and they have no resources to name; only an express workflow, whose log is all there is of it, has them."
)

const noKey = "CloudWatch may not use the key that SNS has, and a key of our own is a dollar a month; alarms say their names and numbers, nothing of orders."

// functions are all functions, by the logical id of their construct.
var functions = []string{
	"OrdersCreateOrder", "OrdersGetOrder", "OrdersUpdateOrder", "OrdersPublishEvents", "NotificationsNotify",
	"BookingsCreateBooking", "BookingsGetBooking", "BookingsUpdateBooking", "BookingsPublishEvents",
	"BookingPaymentsProcessPayment", "BookingPaymentsPublishEvents",
	"SeatsAssignSeat", "SeatsGetSeats", "SeatsPublishEvents", "TicketsIssueTicket", "TicketsPublishEvents",
}

var exceptions = slices.Concat(
	each(functions, exception{noWildcards, finding{"Role", traces}, noTraces}),
	each(functions, exception{noWildcards, finding{"DeploymentRole", alarms}, noAlarms}),
	[]exception{
		{noWildcards, finding{"PaymentsRole", sampledTraces}, noTraces},
		{noWildcards, finding{"PaymentsRoleExpress", sampledTraces}, noTraces},
		{noWildcards, finding{"PaymentsRoleExpress", delivery}, noDelivery},
		{atRest, finding{"AlarmsTopic", "is not encrypted at rest"}, noKey},
	},
)

// each is the exception for a resource of each of the constructs.
func each(constructs []string, of exception) []exception {
	all := make([]exception, len(constructs))
	for i, construct := range constructs {
		all[i] = of
		all[i].finding.resource = construct + of.finding.resource
	}
	return all
}
