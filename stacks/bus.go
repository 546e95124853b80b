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
	// rules are all rules of the bus, and its archive: what is put on it before
	// one exists, the rule's target never sees. Publishers wait for them.
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
	s.watch.logGroups = append(s.watch.logGroups, b.catchAll)
	b.archive(s)
	everything := pattern{"source": []any{map[string]any{"exists": true}}}
	b.route(s, "CatchAll", event.CatchAllRule, everything, toLogGroup(b.catchAll))
	return b
}

// archive keeps every event of the bus, to be replayed: `go run ./ops replay`.
// What a replay puts on the bus is not archived again. An archive can be
// replayed to its own bus only, so that the two are kept together.
func (b bus) archive(s scope) {
	archive := awsevents.NewCfnArchive(s.Construct, jsii.String("Archive"), &awsevents.CfnArchiveProps{
		ArchiveName:   jsii.String(event.ArchiveName),
		Description:   jsii.String("Every event of bus " + b.name),
		SourceArn:     b.EventBusArn(),
		RetentionDays: jsii.Number(archiveDays(s)),
	})
	archive.ApplyRemovalPolicy(s.removal(), nil)
	b.rules.Add(archive)
	b.ApplyRemovalPolicy(s.removal())
}

// archiveDays is how long an event can be replayed: as long as its log is kept.
func archiveDays(s scope) float64 {
	if s.keepData() {
		return 365
	}
	return 7
}
