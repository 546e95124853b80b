package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

const (
	// applicationName is that of the CodeDeploy application.
	applicationName = "eda-demo"
	// liveAlias leads to the version of a function that is in use.
	liveAlias = "live"
	// shifting gives a new version a tenth of the invocations for ten minutes,
	// and all of them if no alarm went off meanwhile: the error alarm takes two
	// bad minutes, which CloudWatch learns of some minutes later.
	shifting = "CodeDeployDefault.LambdaCanary10Percent10Minutes"
)

// newDeployments creates what new versions of functions are deployed with; nil
// if functions are changed in place.
func newDeployments(s scope) awscodedeploy.CfnApplication {
	if !s.shiftsTraffic() {
		return nil
	}
	s = s.child("Deployments")
	return awscodedeploy.NewCfnApplication(s.Construct, jsii.String("Application"), &awscodedeploy.CfnApplicationProps{
		ApplicationName: jsii.String(applicationName),
		ComputePlatform: jsii.String("Lambda"),
	})
}

// shiftsTraffic reports whether functions are invoked through an alias.
func (s scope) shiftsTraffic() bool { return s.cfg.Stage == Prod }

// deployGradually publishes the function as it is now as a version, and has the
// alias, by which everything invokes the function, led there bit by bit, and
// back if the function's error alarm goes off. In a stage without, the alarm is
// all there is, and the function is invoked as it was last changed.
func (s scope) deployGradually(fn *function, name string) {
	fn.errors = s.errorAlarm(*fn, name)
	if !s.shiftsTraffic() {
		return
	}
	group := s.deploymentGroup(*fn, name)
	fn.live = awslambda.NewCfnAlias(s.Construct, jsii.String("Live"), &awslambda.CfnAliasProps{
		FunctionName:    fn.FunctionName(),
		FunctionVersion: fn.CurrentVersion().Version(),
		Name:            jsii.String(liveAlias),
	})
	fn.live.CfnOptions().SetUpdatePolicy(&awscdk.CfnUpdatePolicy{
		CodeDeployLambdaAliasUpdate: &awscdk.CfnCodeDeployLambdaAliasUpdate{
			ApplicationName:     s.deployments.Ref(),
			DeploymentGroupName: group.Ref(),
		},
	})
}

// errorAlarm tells of a function that fails, of whatever version: not once, which
// a retry mends, but on one invocation in twenty or more for minutes. A new
// version that fails always does so on one in ten while it is tried. It sees
// answers that tell of a failure too, which Lambda counts as successes.
func (s scope) errorAlarm(fn function, name string) awscloudwatch.Alarm {
	of := dimensions{"FunctionName": fn.FunctionName()}
	return s.alarm("ErrorsAlarm", alarm{
		name: name + "-errors", runbook: "function-errors",
		says:      "One invocation in twenty or more of " + name + " fails",
		metric:    failing(of),
		threshold: 5, times: 2, periods: 5,
	})
}

// deploymentGroup says how CodeDeploy leads the function's alias to another
// version. A deployment does not begin while the alarm is on.
func (s scope) deploymentGroup(fn function, name string) awscodedeploy.CfnDeploymentGroup {
	return awscodedeploy.NewCfnDeploymentGroup(s.Construct, jsii.String("DeploymentGroup"), &awscodedeploy.CfnDeploymentGroupProps{
		ApplicationName:      s.deployments.Ref(),
		DeploymentGroupName:  jsii.String(name),
		DeploymentConfigName: jsii.String(shifting),
		ServiceRoleArn:       s.deploymentRole(fn, name).RoleArn(),
		DeploymentStyle: &awscodedeploy.CfnDeploymentGroup_DeploymentStyleProperty{
			DeploymentType:   jsii.String("BLUE_GREEN"),
			DeploymentOption: jsii.String("WITH_TRAFFIC_CONTROL"),
		},
		AlarmConfiguration: &awscodedeploy.CfnDeploymentGroup_AlarmConfigurationProperty{
			Enabled: true,
			Alarms: []*awscodedeploy.CfnDeploymentGroup_AlarmProperty{
				{Name: fn.errors.AlarmName()},
			},
		},
		AutoRollbackConfiguration: &awscodedeploy.CfnDeploymentGroup_AutoRollbackConfigurationProperty{
			Enabled: true,
			Events:  jsii.Strings("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
		},
	})
}

// deploymentRole lets CodeDeploy move the alias of one function and look at
// alarms. The managed policy for it would allow every alias of the account.
// DescribeAlarms is allowed on "*" as there: what it takes is not documented
// by alarm.
func (s scope) deploymentRole(fn function, name string) awsiam.IRole {
	group := s.arn("codedeploy", "deploymentgroup", applicationName+"/"+name, awscdk.ArnFormat_COLON_RESOURCE_NAME)
	return s.role("DeploymentRole", actingFor("codedeploy.amazonaws.com", group), statements{
		allowAlias(fn.FunctionArn(), "lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"),
		allow(jsii.String("*"), "cloudwatch:DescribeAlarms"),
	})
}

// allowAlias permits actions on a function and its alias: the actions on
// aliases are checked against the function's ARN, with or without the alias.
func allowAlias(functionArn *string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(actions...),
		Resources: &[]*string{functionArn, jsii.String(*functionArn + ":" + liveAlias)},
	})
}

// keptVersions has the versions that were in use stay, to go back to, when
// others have followed them. One whose own deployment fails goes: Lambda would
// take it for the same when it is tried again, and publish none.
func keptVersions() *awslambda.VersionOptions {
	return &awslambda.VersionOptions{RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
}

// invokeArn is the ARN by which everything invokes the function: that of its
// alias, if it has one. It is also what a permission to invoke it is given on.
func (f function) invokeArn() *string {
	if f.live != nil {
		return f.live.Ref()
	}
	return f.FunctionArn()
}

// invokeName names, in an event source mapping, what invokeArn leads to.
func (f function) invokeName() *string {
	if f.live != nil {
		return f.live.Ref()
	}
	return f.FunctionName()
}

// qualifier is the alias by which the function is invoked, or its latest state.
func (f function) qualifier() *string {
	if f.live != nil {
		return jsii.String(liveAlias)
	}
	return jsii.String("$LATEST")
}

// afterAlias has a resource that names the alias, without referring to it,
// created after it.
func (f function) afterAlias(resource constructs.Construct) {
	if f.live != nil {
		resource.Node().AddDependency(f.live)
	}
}
