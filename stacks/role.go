package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// statements is a list of what is allowed.
type statements []awsiam.PolicyStatement

// role creates a role that the service may assume and that allows exactly the
// given statements. They are part of the role, not policies beside it: who can
// assume it finds it complete. Nothing can be added to it later, so that no
// helper of the CDK widens it unseen.
func (s scope) role(id string, principal awsiam.IPrincipal, allowed statements) awsiam.IRole {
	list := []awsiam.PolicyStatement(allowed)
	role := awsiam.NewRole(s.Construct, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: principal,
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"allowed": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &list}),
		},
	})
	return role.WithoutPolicyUpdates(nil)
}

// allow permits actions on one resource.
func allow(resource *string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(actions...),
		Resources: &[]*string{resource},
	})
}

// allowPutEvents permits putting events on a bus, and only with the caller's
// own source: no service can speak in the name of another.
func allowPutEvents(busArn *string, source string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("events:PutEvents"),
		Resources: &[]*string{busArn},
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"events:source": source},
		},
	})
}

// allowTracing permits sending traces. X-Ray has no resource to name here:
// these actions take "*" only.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
func allowTracing(actions ...string) awsiam.PolicyStatement {
	actions = append([]string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, actions...)
	return allow(jsii.String("*"), actions...)
}

// actingFor is a service of AWS, and only when it acts for the resource with
// this ARN: another account's resource cannot make it use what we allow it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func actingFor(service string, resourceArn *string) awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String(service), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"ArnEquals": map[string]any{"aws:SourceArn": resourceArn},
		},
	})
}
