package stepfunctions

import (
	"encoding/json"
	"time"

	"eda-demo/local/asl"
)

// Resume lets the executions go on that an earlier run has left running, and
// makes those state machines known again that are not of the template. Call it
// once the stack stands: roles and whatever tasks call are needed then.
func (s *Service) Resume() {
	machines, executions := s.registry.takeLeft()
	for _, m := range machines {
		again := *m
		s.takeRole(&again)
		s.registry.restore(&again)
	}
	s.takeRoles(executions)
	for _, e := range executions {
		if e.now().status == running {
			s.launch(e, nil)
		}
	}
	s.resumeExpress()
}

// takeRoles gives the machines of executions their roles again.
func (s *Service) takeRoles(executions []*execution) {
	taken := map[*machine]bool{}
	for _, e := range executions {
		if !taken[e.machine] {
			s.takeRole(e.machine)
			taken[e.machine] = true
		}
	}
}

// takeRole gives a machine of an earlier run its role again. Without one, what
// its tasks call is denied.
func (s *Service) takeRole(m *machine) {
	role, err := s.assume(m)
	if err != nil {
		s.Log.Warn("a state machine of an earlier run has no role", "machine", m.arn, "error", err)
		return
	}
	m.role = role
}

// place is where an execution begins or goes on.
type place struct {
	state    string // empty for the first one
	input    json.RawMessage
	previous int64
	since    time.Time
}

// place finds the state of the top level that was entered last. It was entered
// when the first of the events says so that entered it without leaving it.
func (e *execution) place() place {
	events := e.history()
	for i := len(events) - 1; i >= 0; i-- {
		h := events[i]
		if !e.enters(h) {
			continue
		}
		at := place{h.State, h.Data, h.id, h.at}
		for h.Previous > 0 && e.enters(events[h.Previous-1]) {
			h = events[h.Previous-1]
			at.since = h.at
		}
		return at
	}
	return place{input: json.RawMessage(e.input)}
}

// enters tells whether an event is of entering a state of the top level.
func (e *execution) enters(h event) bool {
	return h.life == "" && h.Type == asl.StateEntered && e.machine.parsed.HasState(h.State)
}
