package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// expressWorkflow is a workflow of the express type. An event may run it twice:
// what it publishes must then be the same event again. It ends after five
// minutes at most, and Step Functions keeps nothing of it: its log is the only
// record of an execution, so it has all events with their data, which for an
// order that failed includes the event to run again.
//
// AWS creates no resource policy for log groups below /aws/vendedlogs that it
// would have to lengthen with each of them.
// https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
func (s scope) expressWorkflow(id, name string) workflow {
	s = s.child(id)
	group := s.logGroup("Logs", "/aws/vendedlogs/states/"+name)
	return workflow{
		id: id, name: name, kind: "EXPRESS",
		logging: &awsstepfunctions.CfnStateMachine_LoggingConfigurationProperty{
			Level:                jsii.String("ALL"),
			IncludeExecutionData: jsii.Bool(true),
			Destinations: []any{&awsstepfunctions.CfnStateMachine_LogDestinationProperty{
				CloudWatchLogsLogGroup: &awsstepfunctions.CfnStateMachine_CloudWatchLogsLogGroupProperty{
					LogGroupArn: group.LogGroupArn(),
				},
			}},
		},
		allowed: statements{allowLogDelivery()},
		after:   []constructs.IDependable{s.logDeliveryPolicy(group, name)},
	}
}

// allowLogDelivery permits what Step Functions does, as the state machine's
// role, to have its logs delivered, and checks when the state machine is
// created. These actions name no log group: they take "*" only.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
func allowLogDelivery() awsiam.PolicyStatement {
	return allow(jsii.String("*"),
		"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
		"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups")
}

// logDeliveryPolicy lets CloudWatch's log delivery of this account write to the
// log group. With it in place, nothing has to be added to a policy that does
// not belong to the stack.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V1-CloudWatchLogs.html
func (s scope) logDeliveryPolicy(group awslogs.LogGroup, name string) constructs.IDependable {
	stack := awscdk.Stack_Of(s.Construct)
	document := awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("delivery.logs.amazonaws.com"), nil)},
			Actions:    jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
			Resources:  &[]*string{group.LogGroupArn()},
			Conditions: &map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
				"ArnLike":      map[string]any{"aws:SourceArn": s.arn("logs", "*", "", awscdk.ArnFormat_NO_RESOURCE_NAME)},
			},
		})},
	})
	return awslogs.NewCfnResourcePolicy(s.Construct, jsii.String("LogsPolicy"), &awslogs.CfnResourcePolicyProps{
		PolicyName:     jsii.String(name + "-from-states"),
		PolicyDocument: stack.ToJsonString(document, nil),
	})
}
