package lambda

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"eda-demo/local/lambda/eventsource"
	"eda-demo/local/lambda/sandbox"
)

// reading is a mapping's source being read, or not, if the mapping is disabled.
type reading struct {
	source  eventsource.Source // nil if the mapping is disabled
	end     context.CancelFunc
	begun   chan struct{} // closed when what was read before is not any more
	stopped chan struct{} // closed when nothing is read or handled any more
}

// startMapping adds a mapping, or puts it in the place of an old one, and
// begins to read its source as soon as the old one has ended.
func (s *Service) startMapping(m, old *mapping) error {
	if err := s.openPosition(m); err != nil {
		return fmt.Errorf("open the positions in %s: %w", m.source, err)
	}
	ctx, end := context.WithCancel(s.mappings)
	m.reading = &reading{source: s.reader(m), end: end, begun: make(chan struct{}), stopped: make(chan struct{})}
	if err := s.state.putMapping(m, old); err != nil {
		end()
		return err
	}
	var before *reading
	if old != nil {
		before = old.reading
	}
	go m.reading.run(ctx, before)
	return nil
}

func (r *reading) run(ctx context.Context, before *reading) {
	defer close(r.stopped)
	if before != nil {
		before.end()
		<-before.stopped
	}
	close(r.begun)
	if r.source != nil {
		r.source.Run(ctx)
	}
}

// state is the mapping's, in the words of GetEventSourceMapping.
func (r *reading) state() string {
	current, passing, reached := "Enabled", "Updating", r.begun
	if r.source == nil {
		current, passing, reached = "Disabled", "Disabling", r.stopped
	}
	select {
	case <-reached:
		return current
	default:
		return passing
	}
}

// openPosition sets the mapping's position, unless it is known already or not
// needed: messages of queues are there until they are deleted, and a mapping
// that is disabled from the first has not begun.
func (s *Service) openPosition(m *mapping) (err error) {
	if m.position == nil && !m.settings.IsQueue() && m.settings.IsEnabled() {
		m.position, err = openPositions(s.config.Store, m.uuid, m.source)
	}
	return err
}

// reader returns what reads the mapping's source; nil if it is disabled.
func (s *Service) reader(m *mapping) eventsource.Source {
	switch {
	case !m.settings.IsEnabled():
		return nil
	case m.settings.IsQueue():
		return eventsource.NewQueue(s.sourceConfig(m))
	}
	return eventsource.NewStream(s.sourceConfig(m))
}

func (s *Service) sourceConfig(m *mapping) eventsource.Config {
	config := eventsource.Config{
		SourceARN: m.source, FunctionARN: s.arnPrefix() + m.functionName(), Region: s.config.Region, Settings: m.settings,
		Scale: s.config.RetryScale, Concurrency: 2 * s.config.MaxProcesses,
		Log: s.config.Log.With("function", m.function, "source", m.source),
		Call: func(ctx context.Context, service, operation string, in, out any) error {
			t, err := s.find(m.function, m.qualifier)
			if err != nil {
				return err
			}
			return t.call(ctx, service, operation, in, out)
		},
		Invoke: s.disturbed(m.function, func(ctx context.Context, payload []byte) (eventsource.Answer, error) {
			t, err := s.find(m.function, m.qualifier)
			if err != nil {
				return eventsource.Answer{}, err
			}
			id := uuid.NewString()
			result, err := s.run(ctx, t, sandbox.Invocation{RequestID: id, Payload: payload})
			return eventsource.Answer{RequestID: id, Version: t.name, Payload: result.Payload, Failed: result.Failed}, err
		}),
	}
	if m.position != nil {
		config.Positions = m.position
	}
	if s.config.Streams != nil {
		config.Changed = s.config.Streams.StreamChanged
	}
	if target := m.settings.FailureTarget(); target != "" {
		config.Discard = func(ctx context.Context, record []byte) error {
			t, err := s.find(m.function, m.qualifier)
			if err != nil {
				return err
			}
			return s.send(ctx, t, target, notice{body: record})
		}
	}
	return config
}
