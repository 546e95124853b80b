package template_test

// suppression is a finding of cdk-nag that is meant, and the reason.
type suppression struct {
	in      string // the only one of nagContexts that it is for; "" for all
	path    string // of the resource, below the stack
	rule    string // without the name of the pack
	finding string // which of the findings of a rule that has several
	reason  string // a sentence
}

// suppressionCount is how many findings are suppressed.
const suppressionCount = 25

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

var suppressions = []suppression{
	{"", "Bus/CatchAll/DeadLetters/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Orders/FilteringPayments/DeadLetters/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Orders/UpdateOrder/Failures/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Orders/PublishEvents/Failures/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Payments/FilteringOrders/DeadLetters/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Notifications/Rule/DeadLetters/Resource", "SQS3", "", isDeadLetterQueue},
	{"", "Notifications/Notify/Failures/Resource", "SQS3", "", isDeadLetterQueue},

	{"", "Orders/CreateOrder/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"", "Orders/GetOrder/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"", "Orders/UpdateOrder/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"", "Orders/PublishEvents/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"", "Notifications/Notify/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"demo", "Payments/Role/Resource", "IAM5", "Resource::*", tracesHaveNoResource},
	{"prod", "Payments/RoleExpress/Resource", "IAM5", "Resource::*", logDeliveryHasNoResource},
	{"prod", "Orders/CreateOrder/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName},
	{"prod", "Orders/GetOrder/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName},
	{"prod", "Orders/UpdateOrder/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName},
	{"prod", "Orders/PublishEvents/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName},
	{"prod", "Notifications/Notify/DeploymentRole/Resource", "IAM5", "Resource::*", alarmsAreReadByName},

	{"demo", "Orders/Table/Resource", "DDB3", "", demoDataIsExpendable},
	{"demo", "Notifications/NotifiedEvents/Resource", "DDB3", "", demoDataIsExpendable},
	{"demo", "Payments/StateMachine", "SF1", "", historyIsKept},
	{"demo", "Api/CreateOrder/Route", "APIG4", "", demoIsOpen},
	{"demo", "Api/GetOrder/Route", "APIG4", "", demoIsOpen},
	{"demo", "Api/Describe/Route", "APIG4", "", demoIsOpen},
}
