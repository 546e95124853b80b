package eventbridge

import (
	"log/slog"
	"sync"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Config is what the service needs of the runner.
type Config struct {
	Account string
	Region  string
	Door    *frontdoor.Door
	Queue   *delivery.Queue
	Log     *slog.Logger
	// Observer is told of events and of failed deliveries; its fields may be nil.
	Observer Observer
	// Store keeps archived events and replays; nil keeps nothing.
	Store *store.Store
	// Faults disturbs PutEvents; nil: nothing does.
	Faults Faults
}

// Service is EventBridge. It is safe for concurrent use.
type Service struct {
	Config
	store   *state
	replays *replays
	streams sync.Map // log streams already created, by name
	counts  counts
}

// New returns EventBridge with the default bus only, and takes charge of its
// deliveries in the queue. The caller registers API on the door.
func New(config Config) (*Service, error) {
	if config.Store == nil {
		config.Store = store.Memory()
	}
	replays, err := loadReplays(config.Store)
	if err != nil {
		return nil, err
	}
	s := &Service{Config: config, store: newState(), replays: replays}
	s.store.change(func(t *tables) error {
		t.putBus(s.newBus(defaultBus, ""))
		return nil
	})
	config.Queue.Handle(deliveryKind, deliveryWorkers, s.deliver)
	config.Queue.Handle(deadLetterKind, deadLetterWorkers, s.deliverDeadLetter)
	config.Queue.Handle(replayKind, maxReplays, s.replayStep)
	return s, nil
}

// API is the service's operations: AWS JSON 1.1 with the target prefix
// AWSEvents.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "events", Protocol: frontdoor.JSON11, TargetPrefix: "AWSEvents",
		Operations: append(s.archiveOperations(),
			frontdoor.Op("PutEvents", s.putEventsAccess, s.putEvents),
			frontdoor.Op("TestEventPattern", anyResource[testEventPatternInput]("events:TestEventPattern"), s.testEventPattern),

			frontdoor.Op("CreateEventBus", onBus(s, "events:CreateEventBus", func(in *createEventBusInput) string { return in.Name }), s.createEventBus),
			frontdoor.Op("DeleteEventBus", onBus(s, "events:DeleteEventBus", func(in *busNameInput) string { return in.Name }), s.deleteEventBus),
			frontdoor.Op("DescribeEventBus", onBus(s, "events:DescribeEventBus", func(in *busNameInput) string { return in.Name }), s.describeEventBus),
			frontdoor.Op("ListEventBuses", anyResource[listEventBusesInput]("events:ListEventBuses"), s.listEventBuses),

			frontdoor.Op("PutRule", onRule[putRuleInput](s, "events:PutRule"), s.putRule),
			frontdoor.Op("DeleteRule", onRule[deleteRuleInput](s, "events:DeleteRule"), s.deleteRule),
			frontdoor.Op("DescribeRule", onRule[ruleNameInput](s, "events:DescribeRule"), s.describeRule),
			frontdoor.Op("EnableRule", onRule[ruleNameInput](s, "events:EnableRule"), s.enableRule),
			frontdoor.Op("DisableRule", onRule[ruleNameInput](s, "events:DisableRule"), s.disableRule),
			frontdoor.Op("ListRules", anyResource[listRulesInput]("events:ListRules"), s.listRules),

			frontdoor.Op("PutTargets", onRule[putTargetsInput](s, "events:PutTargets"), s.putTargets),
			frontdoor.Op("RemoveTargets", onRule[removeTargetsInput](s, "events:RemoveTargets"), s.removeTargets),
			frontdoor.Op("ListTargetsByRule", onRule[listTargetsInput](s, "events:ListTargetsByRule"), s.listTargetsByRule),
			frontdoor.Op("ListRuleNamesByTarget", anyResource[listRuleNamesInput]("events:ListRuleNamesByTarget"), s.listRuleNamesByTarget),
		),
	}}
}

func (s *Service) archiveOperations() []frontdoor.Operation {
	create := func(in *createArchiveInput) string { return in.ArchiveName }
	update := func(in *updateArchiveInput) string { return in.ArchiveName }
	name := func(in *archiveNameInput) string { return in.ArchiveName }
	replay := func(in *replayNameInput) string { return in.ReplayName }
	return []frontdoor.Operation{
		frontdoor.Op("CreateArchive", onNamed(s, "events:CreateArchive", "archive/", create), s.createArchive),
		frontdoor.Op("DescribeArchive", onNamed(s, "events:DescribeArchive", "archive/", name), s.describeArchive),
		frontdoor.Op("UpdateArchive", onNamed(s, "events:UpdateArchive", "archive/", update), s.updateArchive),
		frontdoor.Op("DeleteArchive", onNamed(s, "events:DeleteArchive", "archive/", name), s.deleteArchive),
		frontdoor.Op("ListArchives", anyResource[listArchivesInput]("events:ListArchives"), s.listArchives),

		frontdoor.Op("StartReplay", s.startReplayAccess, s.startReplay),
		frontdoor.Op("DescribeReplay", onNamed(s, "events:DescribeReplay", "replay/", replay), s.describeReplay),
		frontdoor.Op("CancelReplay", onNamed(s, "events:CancelReplay", "replay/", replay), s.cancelReplay),
		frontdoor.Op("ListReplays", anyResource[listReplaysInput]("events:ListReplays"), s.listReplays),
	}
}
