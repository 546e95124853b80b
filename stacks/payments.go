package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
	"eda-demo/statemachines"
)

// newPayments creates the payment service: a state machine, started by each
// OrderCreated event. It is of the standard type: Step Functions then keeps
// every execution with its history for 90 days. It has no log group besides,
// because the delivery of its logs would have to be allowed to change every
// log group's resource policy of the account (logs:PutResourcePolicy on "*").
func newPayments(s scope, b bus) awsstepfunctions.CfnStateMachine {
	s = s.child("Payments")
	name := event.PaymentStateMachine
	arn := s.arn("states", "stateMachine", name, awscdk.ArnFormat_COLON_RESOURCE_NAME)
	role := s.role("Role", actingFor("states.amazonaws.com", arn), statements{
		allowPutEvents(b.EventBusArn(), event.PaymentService),
		allowTracing("xray:GetSamplingRules", "xray:GetSamplingTargets"),
	})
	machine := awsstepfunctions.NewCfnStateMachine(s.Construct, jsii.String("StateMachine"), &awsstepfunctions.CfnStateMachineProps{
		StateMachineName:        jsii.String(name),
		StateMachineType:        jsii.String("STANDARD"),
		RoleArn:                 role.RoleArn(),
		DefinitionString:        jsii.String(statemachines.Payment),
		DefinitionSubstitutions: map[string]*string{"EventBusName": b.EventBusName()},
		TracingConfiguration:    &awsstepfunctions.CfnStateMachine_TracingConfigurationProperty{Enabled: true},
	})
	s.executionAlarms(machine, name)
	created := pattern{
		"source":      []any{event.OrderService},
		"detail-type": []any{event.OrderCreated},
	}
	b.route(s, "FilteringOrders", event.PaymentRule, created, toStateMachine(machine))
	return machine
}

// executionAlarms tells of executions that started and did not end well: the
// rule that started them has done its part, so no queue holds their events.
// They can be redriven in Step Functions for 14 days.
func (s scope) executionAlarms(machine awsstepfunctions.CfnStateMachine, name string) {
	count := func(metric string) awscloudwatch.IMetric {
		return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     jsii.String("AWS/States"),
			MetricName:    jsii.String(metric),
			DimensionsMap: &map[string]*string{"StateMachineArn": machine.AttrArn()},
			Period:        awscdk.Duration_Minutes(jsii.Number(1)),
			Statistic:     jsii.String("Sum"),
		})
	}
	s.alarm("FailedAlarm", name+"-failed", "Executions of "+name+" that failed", count("ExecutionsFailed"))
	s.alarm("TimedOutAlarm", name+"-timed-out", "Executions of "+name+" that took too long", count("ExecutionsTimedOut"))
}
