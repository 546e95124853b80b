package eventbridge

import (
	"fmt"
	"time"

	"eda-demo/local/eventpattern"
)

// forward publishes the event of a parcel on another bus.
func (s *Service) forward(bus string, head *eventHead, p *parcel) error {
	if s.store.bus(bus) == nil {
		return noBus(bus)
	}
	parsed, err := eventpattern.ParseEvent(p.Event)
	if err != nil {
		return fmt.Errorf("forward event %s: %w", head.ID, err)
	}
	return s.publish(&envelope{
		bus: bus, id: head.ID, source: head.Source, detailType: head.DetailType, detail: head.Detail,
		json: p.Event, at: head.Time, ingested: time.Now(), forwarded: true, replayed: head.ReplayName != "",
	}, parsed)
}
