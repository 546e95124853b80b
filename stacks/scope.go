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
// for a policy that must exist before the resource does. Without a name the ARN
// ends with the resource: the CDK ends it with a slash if the name is empty.
func (s scope) arn(service, resource, name string, format awscdk.ArnFormat) *string {
	components := awscdk.ArnComponents{
		Service:   jsii.String(service),
		Resource:  jsii.String(resource),
		ArnFormat: format,
	}
	if name != "" {
		components.ResourceName = jsii.String(name)
	}
	return awscdk.Stack_Of(s.Construct).FormatArn(&components)
}

// keepData reports whether data is to survive mistakes and the stack itself.
func (s scope) keepData() bool { return s.cfg.Stage == Prod }

// removal says what becomes of data when the stack is destroyed. What is made
// by a deployment that fails and is rolled back holds none yet, and goes: its
// name would be taken when the deployment is tried again.
func (s scope) removal() awscdk.RemovalPolicy {
	if s.keepData() {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
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
