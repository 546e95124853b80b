package eventbridge

import (
	"fmt"
	"slices"

	"eda-demo/local/eventpattern"
)

// publish queues an event for the targets of all rules that it matches, among
// those with the ARNs in only, if there are any, and archives it. An event for
// a bus that does not exist is lost, as on AWS, but not unseen.
func (s *Service) publish(event *envelope, parsed *eventpattern.Event, only ...string) error {
	if err := s.keep(event, parsed); err != nil {
		return err
	}
	rules, exists := s.store.enabledRules(event.bus)
	if !exists {
		s.Log.Warn("event lost: no such bus", "bus", event.bus, "id", event.id, "source", event.source, "detail-type", event.detailType)
	}
	s.counts.accept(exists)
	var matched []string
	var payloads [][]byte
	for _, r := range rules {
		if len(only) > 0 && !slices.Contains(only, r.arn) || !r.compiled.Matches(parsed) {
			continue
		}
		matched = append(matched, r.name)
		for i := range r.targets {
			payloads = append(payloads, r.targets[i].payload(event))
		}
	}
	if err := s.Queue.Accept(deliveryKind, payloads...); err != nil {
		return fmt.Errorf("queue event %s for its targets: %w", event.id, err)
	}
	s.Observer.accepted(event, exists, matched)
	return nil
}
