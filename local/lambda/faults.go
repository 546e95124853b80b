package lambda

import (
	"context"

	"eda-demo/local/lambda/eventsource"
	"eda-demo/local/lambda/sandbox"
)

// doom has the process that gets the invocation die of it, if a fault says so.
// Call what it returns when the invocation is over.
func (s *Service) doom(t target, in *sandbox.Invocation) (over func()) {
	death := s.config.Faults.Crashes(t.function.name, in.Payload)
	if death != nil {
		in.Death = &sandbox.Death{Before: death.Before}
	}
	return s.config.Faults.Begin(in.TraceID, in.Payload, death, func() { in.Death.Now() })
}

// disturbed has batches come late and twice, as faults say.
func (s *Service) disturbed(function string, invoke eventsource.Invoke) eventsource.Invoke {
	if s.config.Faults == nil {
		return invoke
	}
	return func(ctx context.Context, payload []byte) (eventsource.Answer, error) {
		s.config.Faults.DelayBatch(ctx, function, payload)
		answer, err := invoke(ctx, payload)
		if err != nil || answer.Failed || !s.config.Faults.RepeatsBatch(function, payload) {
			return answer, err
		}
		return invoke(ctx, payload)
	}
}
