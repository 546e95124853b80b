package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"
)

// publisher creates the function that puts on the bus the events which writes
// to a table announce: those of one service, in whose name alone it may speak.
func (b bus) publisher(s scope, name, source string, table awsdynamodb.Table) {
	s.function("PublishEvents", functionProps{
		name:        name,
		pkg:         publishEventsPackage,
		description: "Publishes the events of " + source + ", which writes to its table announce",
		environment: map[string]*string{
			"EVENT_BUS_NAME": b.EventBusName(),
			"EVENT_SOURCE":   jsii.String(source),
		},
		timeout:    time.Minute, // ten calls of PutEvents and their retries
		allowed:    statements{allowPutEvents(b.EventBusArn(), source)},
		invocation: invocation{stream: table.TableStreamArn(), after: b.rules},
	})
}
