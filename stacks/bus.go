package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// bus is an event bus with the log group that every event on it is written to.
type bus struct {
	awsevents.EventBus
	name     string
	catchAll awslogs.LogGroup
	// rules are all rules of the bus: what is put on it before one exists, the
	// rule's target never sees. Publishers wait for them.
	rules constructs.DependencyGroup
}

func newBus(s scope) bus {
	s = s.child("Bus")
	b := bus{
		name:  event.BusName,
		rules: constructs.NewDependencyGroup(),
		EventBus: awsevents.NewEventBus(s.Construct, jsii.String("Bus"), &awsevents.EventBusProps{
			EventBusName: jsii.String(event.BusName),
		}),
		catchAll: s.logGroup("CatchAllLogs", event.CatchAllLogGroup),
	}
	everything := pattern{"source": []any{map[string]any{"exists": true}}}
	b.route(s, "CatchAll", event.CatchAllRule, everything, toLogGroup(b.catchAll))
	return b
}
