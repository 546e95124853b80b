package eventbridge

import (
	"fmt"

	"eda-demo/local/eventpattern"
)

// publish queues an event for the targets of all rules that it matches. An
// event for a bus that does not exist is lost, as on AWS, but not unseen.
func (s *Service) publish(event *envelope, parsed *eventpattern.Event) error {
	rules, exists := s.store.enabledRules(event.bus)
	if !exists {
		s.Log.Warn("event lost: no such bus", "bus", event.bus, "id", event.id, "source", event.source, "detail-type", event.detailType)
	}
	s.counts.accept(exists)
	var matched []string
	for _, r := range rules {
		if !r.compiled.Matches(parsed) {
			continue
		}
		matched = append(matched, r.name)
		for i := range r.targets {
			if err := s.Queue.Accept(deliveryKind, r.targets[i].payload(event)); err != nil {
				return fmt.Errorf("queue event %s for target %s of rule %s: %w", event.id, r.targets[i].Id, r.name, err)
			}
		}
	}
	s.Observer.accepted(event, exists, matched)
	return nil
}
