package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// scope is a construct to build in, with what everything in the stack shares.
type scope struct {
	constructs.Construct
	cfg      Config
	programs Programs
	watch    *watch
	// deployments is what functions are deployed with gradually; nil if they
	// are changed in place.
	deployments awscodedeploy.CfnApplication
}

// child returns a construct of the given id in s: each service is one.
func (s scope) child(id string) scope {
	s.Construct = constructs.NewConstruct(s.Construct, jsii.String(id))
	return s
}

// arn returns the ARN of a resource of this account and Region by its name,
// for a policy that must exist before the resource does.
func (s scope) arn(service, resource, name string, format awscdk.ArnFormat) *string {
	return awscdk.Stack_Of(s.Construct).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String(service),
		Resource:     jsii.String(resource),
		ResourceName: jsii.String(name),
		ArnFormat:    format,
	})
}

// keepData reports whether data is to survive mistakes and the stack itself.
func (s scope) keepData() bool { return s.cfg.Stage == Prod }

// removal says what becomes of data when the stack is destroyed.
func (s scope) removal() awscdk.RemovalPolicy {
	if s.keepData() {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

// logGroup creates a log group. Logs of a demo are of interest for days; those
// of production for as long as a dispute about an order can take.
func (s scope) logGroup(id, name string) awslogs.LogGroup {
	retention := awslogs.RetentionDays_ONE_WEEK
	if s.keepData() {
		retention = awslogs.RetentionDays_ONE_YEAR
	}
	return awslogs.NewLogGroup(s.Construct, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String(name),
		Retention:     retention,
		RemovalPolicy: s.removal(),
	})
}
