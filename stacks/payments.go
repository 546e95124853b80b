package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
	"eda-demo/statemachines"
)

// newPayments creates the payment service: a state machine, started by each
// OrderCreated event.
func newPayments(s scope, b bus) awsstepfunctions.CfnStateMachine {
	s = s.child("Payments")
	workflow := s.paymentWorkflow()
	machine := s.stateMachine(workflow, b)
	s.executionAlarms(machine, workflow.name)
	b.route(s, "FilteringOrders", event.PaymentRule, only(event.OrderService, event.OrderCreated), toStateMachine(machine))
	return machine
}

// workflow is what differs between the types of workflow.
type workflow struct {
	// id is what the ids of the role and the state machine end in. The types
	// differ in it and in the name because a deployed stack that is switched
	// from one to the other has both for a moment.
	id, name string
	kind     string                                                         // as Step Functions calls the type
	logging  *awsstepfunctions.CfnStateMachine_LoggingConfigurationProperty // nil logs nothing
	allowed  statements                                                     // what logging needs
	after    []constructs.IDependable                                       // what must exist before the state machine
}

// paymentWorkflow is of the configured type. Of a standard workflow, Step
// Functions keeps every execution with its history for 90 days. It has no log
// besides, because the delivery of its logs would have to be allowed to change
// every log group's resource policy of the account.
func (s scope) paymentWorkflow() workflow {
	if s.cfg.PaymentWorkflow == Express {
		return s.expressWorkflow("Express", event.PaymentExpressStateMachine)
	}
	return workflow{name: event.PaymentStateMachine, kind: "STANDARD"}
}

// stateMachine creates the state machine with its role.
func (s scope) stateMachine(w workflow, b bus) awsstepfunctions.CfnStateMachine {
	arn := s.arn("states", "stateMachine", w.name, awscdk.ArnFormat_COLON_RESOURCE_NAME)
	allowed := append(statements{
		allowPutEvents(b.EventBusArn(), event.PaymentService),
		allowTracing("xray:GetSamplingRules", "xray:GetSamplingTargets"),
	}, w.allowed...)
	role := s.role("Role"+w.id, actingFor("states.amazonaws.com", arn), allowed)
	machine := awsstepfunctions.NewCfnStateMachine(s.Construct, jsii.String("StateMachine"+w.id), &awsstepfunctions.CfnStateMachineProps{
		StateMachineName:        jsii.String(w.name),
		StateMachineType:        jsii.String(w.kind),
		RoleArn:                 role.RoleArn(),
		DefinitionString:        jsii.String(statemachines.Payment),
		DefinitionSubstitutions: map[string]*string{"EventBusName": b.EventBusName()},
		TracingConfiguration:    &awsstepfunctions.CfnStateMachine_TracingConfigurationProperty{Enabled: true},
	})
	if w.logging != nil {
		machine.SetLoggingConfiguration(w.logging)
	}
	machine.Node().AddDependency(w.after...)
	return machine
}

// executionAlarms tells of executions that started and did not end well: the
// rule that started them has done its part, so no queue holds their events.
// Those of a standard workflow can be redriven in Step Functions for 14 days;
// the input of an express one stands in its log.
func (s scope) executionAlarms(machine awsstepfunctions.CfnStateMachine, name string) {
	of := dimensions{"StateMachineArn": machine.AttrArn()}
	failed := measure("AWS/States", "ExecutionsFailed", "Sum", of)
	timedOut := measure("AWS/States", "ExecutionsTimedOut", "Sum", of)
	s.watch.failures = append(s.watch.failures, called("payments failed", failed), called("payments timed out", timedOut))
	s.watch.throttles = append(s.watch.throttles, called("payments", measure("AWS/States", "ExecutionThrottled", "Sum", of)))
	s.alarm("FailedAlarm", alarm{
		name: name + "-failed", says: "Executions of " + name + " failed", runbook: "payment-failed", metric: failed,
	})
	s.alarm("TimedOutAlarm", alarm{
		name: name + "-timed-out", says: "Executions of " + name + " took too long", runbook: "payment-timed-out", metric: timedOut,
	})
}
