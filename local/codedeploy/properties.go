package codedeploy

import (
	"errors"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

// groupProperties are the properties of AWS::CodeDeploy::DeploymentGroup that a
// group for Lambda functions can have; hooks, load balancers and instances are
// other platforms'.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentgroup.html
type groupProperties struct {
	ApplicationName           string
	DeploymentGroupName       string
	DeploymentConfigName      string
	ServiceRoleArn            string
	DeploymentStyle           *struct{ DeploymentOption, DeploymentType string }
	AlarmConfiguration        alarmConfiguration
	AutoRollbackConfiguration rollbackConfiguration
	Tags                      []resource.Tag
}

type alarmConfiguration struct {
	Enabled                resource.Bool
	IgnorePollAlarmFailure resource.Bool
	Alarms                 []struct{ Name string }
}

type rollbackConfiguration struct {
	Enabled resource.Bool
	Events  []string
}

// configurations are those that CodeDeploy has for Lambda functions.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
var configurations = []string{
	"CodeDeployDefault.LambdaAllAtOnce",
	"CodeDeployDefault.LambdaCanary10Percent5Minutes", "CodeDeployDefault.LambdaCanary10Percent10Minutes",
	"CodeDeployDefault.LambdaCanary10Percent15Minutes", "CodeDeployDefault.LambdaCanary10Percent30Minutes",
	"CodeDeployDefault.LambdaLinear10PercentEvery1Minute", "CodeDeployDefault.LambdaLinear10PercentEvery2Minutes",
	"CodeDeployDefault.LambdaLinear10PercentEvery3Minutes", "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes",
}

// onAlarm is the event of a deployment that an alarm stops.
const onAlarm = "DEPLOYMENT_STOP_ON_ALARM"

var rollbackEvents = []string{"DEPLOYMENT_FAILURE", onAlarm, "DEPLOYMENT_STOP_ON_REQUEST"}

// maxAlarms is how many alarms a group can have.
const maxAlarms = 10

func (p *groupProperties) check() error {
	if p.ServiceRoleArn == "" {
		return errors.New("property ServiceRoleArn is empty")
	}
	if p.DeploymentConfigName != "" && !slices.Contains(configurations, p.DeploymentConfigName) {
		return fmt.Errorf("property DeploymentConfigName: %q is not one of %v", p.DeploymentConfigName, configurations)
	}
	style := p.DeploymentStyle
	if style == nil || style.DeploymentType != "BLUE_GREEN" || style.DeploymentOption != "WITH_TRAFFIC_CONTROL" {
		return errors.New("property DeploymentStyle: Lambda functions are deployed BLUE_GREEN and WITH_TRAFFIC_CONTROL only")
	}
	return errors.Join(p.AlarmConfiguration.check(), p.AutoRollbackConfiguration.check(bool(p.AlarmConfiguration.Enabled)))
}

func (a *alarmConfiguration) check() error {
	if len(a.Alarms) > maxAlarms {
		return fmt.Errorf("property AlarmConfiguration: %d alarms are more than %d", len(a.Alarms), maxAlarms)
	}
	if bool(a.Enabled) && len(a.Alarms) == 0 {
		return errors.New("property AlarmConfiguration: Enabled is true, and there are no Alarms")
	}
	for _, alarm := range a.Alarms {
		if alarm.Name == "" {
			return errors.New("property AlarmConfiguration: an alarm has no Name")
		}
	}
	return nil
}

func (r *rollbackConfiguration) check(alarms bool) error {
	if bool(r.Enabled) && len(r.Events) == 0 {
		return errors.New("property AutoRollbackConfiguration: Enabled is true, and there are no Events")
	}
	for _, event := range r.Events {
		if !slices.Contains(rollbackEvents, event) {
			return fmt.Errorf("property AutoRollbackConfiguration: event %q is not one of %v", event, rollbackEvents)
		}
		if event == onAlarm && !alarms {
			return fmt.Errorf("property AutoRollbackConfiguration: event %s needs an AlarmConfiguration that is enabled", onAlarm)
		}
	}
	return nil
}
