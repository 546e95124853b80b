package architecture

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

var exceptions = []exception{
	{noWildcards, finding{"OrdersCreateOrderRole", traces}, noTraces},
	{noWildcards, finding{"OrdersGetOrderRole", traces}, noTraces},
	{noWildcards, finding{"OrdersUpdateOrderRole", traces}, noTraces},
	{noWildcards, finding{"OrdersPublishEventsRole", traces}, noTraces},
	{noWildcards, finding{"NotificationsNotifyRole", traces}, noTraces},
	{noWildcards, finding{"PaymentsRole", sampledTraces}, noTraces},
	{noWildcards, finding{"PaymentsRoleExpress", sampledTraces}, noTraces},
	{noWildcards, finding{"PaymentsRoleExpress", delivery}, noDelivery},
	{noWildcards, finding{"OrdersCreateOrderDeploymentRole", alarms}, noAlarms},
	{noWildcards, finding{"OrdersGetOrderDeploymentRole", alarms}, noAlarms},
	{noWildcards, finding{"OrdersUpdateOrderDeploymentRole", alarms}, noAlarms},
	{noWildcards, finding{"OrdersPublishEventsDeploymentRole", alarms}, noAlarms},
	{noWildcards, finding{"NotificationsNotifyDeploymentRole", alarms}, noAlarms},
	{atRest, finding{"AlarmsTopic", "is not encrypted at rest"}, noKey},
}
