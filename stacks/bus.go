package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// bus is an event bus with its archive.
type bus struct {
	awsevents.EventBus
	name string
	// prefix begins the names of the queues and alarms of the bus's rules: all
	// of the stack begin alike, and the bus may have any name.
	prefix string
	// rules are all rules of the bus, and its archive: what is put on it before
	// one exists, the rule's target never sees. Publishers wait for them.
	rules constructs.DependencyGroup
}

// newBuses creates the bus of the orders and that of the bookings. Every event
// of both is written to one log group, the last that is returned: the story of
// a request is read in one place.
func newBuses(s scope) (orders, bookings bus, everything awslogs.LogGroup) {
	shared := s.child("Bus")
	orders = newBus(shared, bus{name: event.BusName, prefix: "eda-demo"}, event.ArchiveName)
	bookings = newBus(s.child("BookingBus"), bus{name: event.BookingBusName, prefix: "eda-demo-bookings"}, event.BookingArchiveName)

	everything = shared.logGroup("CatchAllLogs", event.CatchAllLogGroup)
	s.watch.logGroups = append(s.watch.logGroups, everything)
	toLogs := shared.toLogGroup(everything, orders.ruleArn(s, event.CatchAllRule), bookings.ruleArn(s, event.BookingCatchAllRule))
	allEvents := pattern{"source": []any{map[string]any{"exists": true}}}
	orders.route(shared, "CatchAll", event.CatchAllRule, allEvents, toLogs)
	bookings.route(s, "BookingCatchAll", event.BookingCatchAllRule, allEvents, toLogs)
	return orders, bookings, everything
}

// newBus creates the bus, and an archive of its events of the given name.
func newBus(s scope, b bus, archive string) bus {
	b.rules = constructs.NewDependencyGroup()
	b.EventBus = awsevents.NewEventBus(s.Construct, jsii.String("Bus"), &awsevents.EventBusProps{
		EventBusName: jsii.String(b.name),
	})
	b.ApplyRemovalPolicy(s.removal())
	b.archive(s, archive)
	return b
}

// archive keeps every event of the bus, to be replayed: `go run ./ops replay`.
// What a replay puts on the bus is not archived again. An archive can be
// replayed to its own bus only, so that the two are kept together.
func (b bus) archive(s scope, name string) {
	archive := awsevents.NewCfnArchive(s.Construct, jsii.String("Archive"), &awsevents.CfnArchiveProps{
		ArchiveName:   jsii.String(name),
		Description:   jsii.String("Every event of bus " + b.name),
		SourceArn:     b.EventBusArn(),
		RetentionDays: jsii.Number(archiveDays(s)),
	})
	archive.ApplyRemovalPolicy(s.removal(), nil)
	b.rules.Add(archive)
}

// archiveDays is how long an event can be replayed: as long as its log is kept.
func archiveDays(s scope) float64 {
	if s.keepData() {
		return 365
	}
	return 7
}
