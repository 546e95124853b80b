package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"
)

// toFunction delivers to a Lambda function, asynchronously. The function must
// be declared so: its failures have a destination then, which exists before the
// rule may invoke it.
func toFunction(fn function) target {
	return func(s scope, ruleArn *string) delivery {
		permission := s.invokePermission("Permission", fn, "events.amazonaws.com", ruleArn)
		permission.Node().AddDependency(fn.invokeConfig)
		return delivery{arn: fn.invokeArn(), permission: permission}
	}
}

// toStateMachine starts an execution for each event.
func toStateMachine(machine awsstepfunctions.CfnStateMachine) target {
	return func(s scope, ruleArn *string) delivery {
		role := s.role("Role", actingFor("events.amazonaws.com", ruleArn), statements{
			allow(machine.AttrArn(), "states:StartExecution"),
		})
		return delivery{arn: machine.AttrArn(), roleArn: role.RoleArn(), permission: role}
	}
}

// toLogGroup writes each event of the rules to a log group. EventBridge is let
// in by one resource policy, through the two principals that it uses; it names
// the rule when it writes events, not when it creates the stream for them. A
// role must not be given. An account has room for ten policies in each Region.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
func (s scope) toLogGroup(group awslogs.LogGroup, ruleArns ...*string) target {
	document := awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
		Statements: &[]awsiam.PolicyStatement{
			letLogs(group, "logs:CreateLogStream", nil),
			letLogs(group, "logs:PutLogEvents", map[string]any{
				"ArnEquals": map[string]any{"aws:SourceArn": ruleArns},
			}),
		},
	})
	policy := awslogs.NewCfnResourcePolicy(s.Construct, jsii.String("LogsPolicy"), &awslogs.CfnResourcePolicyProps{
		PolicyName:     jsii.String(*group.LogGroupName() + "-from-rules"),
		PolicyDocument: awscdk.Stack_Of(s.Construct).ToJsonString(document, nil),
	})
	return func(s scope, _ *string) delivery {
		return delivery{
			arn:        s.arn("logs", "log-group", *group.LogGroupName(), awscdk.ArnFormat_COLON_RESOURCE_NAME),
			permission: policy,
		}
	}
}

func letLogs(group awslogs.LogGroup, action string, conditions map[string]any) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{
			awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil),
			awsiam.NewServicePrincipal(jsii.String("delivery.logs.amazonaws.com"), nil),
		},
		Actions:    jsii.Strings(action),
		Resources:  &[]*string{group.LogGroupArn()},
		Conditions: &conditions,
	})
}

// invokePermission lets one resource of an AWS service invoke the function.
func (s scope) invokePermission(id string, fn function, service string, sourceArn *string) awslambda.CfnPermission {
	return awslambda.NewCfnPermission(s.Construct, jsii.String(id), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: fn.invokeArn(),
		Principal:    jsii.String(service),
		SourceArn:    sourceArn,
	})
}
