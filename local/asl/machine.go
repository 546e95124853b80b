package asl

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Machine is a parsed state machine. It is immutable.
type Machine struct {
	top *flow
	// Timeout is how long an execution may run; 0 for as long as the service
	// allows.
	Timeout time.Duration
}

// flow is a set of states that only lead to each other: the top level of a
// machine, a branch of a Parallel state or the processor of a Map state.
type flow struct {
	startAt string
	states  map[string]*state
}

// Parse parses a definition. The error of a definition that is wrong is a
// *DefinitionError with all that is wrong with it.
func Parse(definition []byte) (*Machine, error) {
	p := &parser{names: map[string]bool{}}
	machine := p.machine(definition)
	if len(p.problems) > 0 {
		return nil, &DefinitionError{p.problems}
	}
	return machine, nil
}

func (p *parser) machine(definition []byte) *Machine {
	if err := checkMembers(definition); err != nil {
		p.report(codeJSON, "", "%v", err)
		return nil
	}
	n := p.node("", definition)
	n.optionalString("Comment")
	if version, ok := n.optionalString("Version"); ok && version != "1.0" {
		n.fail("Version", "Version %q is not supported, only 1.0", version)
	}
	n.queryLanguage()
	m := &Machine{}
	if seconds, ok := n.seconds("TimeoutSeconds", 1); ok {
		m.Timeout = seconds
	}
	m.top = n.flow()
	n.done()
	return m
}

// HasState tells whether a state is of the top level, so that an execution can
// begin with it.
func (m *Machine) HasState(name string) bool {
	_, ok := m.top.states[name]
	return ok
}

// Resource is the Resource field of a Task state.
type Resource struct {
	// Value is the field, such as "arn:aws:states:::events:putEvents".
	Value string
	// Location is where it stands, such as "/States/Pay/Resource".
	Location string
}

// Resources returns the Resource of every Task state, for the service to
// refuse what it can't call.
func (m *Machine) Resources() iter.Seq[Resource] {
	return func(yield func(Resource) bool) { m.top.resources("", yield) }
}

func (f *flow) resources(location string, yield func(Resource) bool) bool {
	for name, s := range f.states {
		at := location + "/States/" + name
		if s.task != nil && !yield(Resource{s.task.resource, at + "/Resource"}) {
			return false
		}
		for i, branch := range s.branches {
			if !branch.resources(fmt.Sprintf("%s/Branches[%d]", at, i), yield) {
				return false
			}
		}
		if s.each != nil && !s.each.processor.resources(at+"/"+s.each.field, yield) {
			return false
		}
	}
	return true
}

// flow parses StartAt and States and checks that every state can be reached.
func (n *node) flow() *flow {
	n.require("StartAt", "States")
	f := &flow{states: map[string]*state{}}
	f.startAt, _ = n.optionalString("StartAt")
	var raw map[string]json.RawMessage
	if !n.optional("States", &raw, "an object") {
		return f
	}
	if len(raw) == 0 {
		n.fail("States", "there is no state")
	}
	for name, text := range raw {
		f.states[name] = n.state(name, text)
	}
	n.checkTargets(f)
	return f
}

func (n *node) checkTargets(f *flow) {
	reached := map[string]bool{}
	queue := []target{{f.startAt, n.path + "/StartAt"}}
	for len(queue) > 0 {
		t := queue[0]
		queue = queue[1:]
		s, exists := f.states[t.name]
		if !exists {
			n.parser.report(codeTarget, t.location, "Missing 'Next' target: %s", t.name)
			continue
		}
		if s != nil && !reached[t.name] {
			reached[t.name] = true
			queue = append(queue, s.targets...)
		}
	}
	for name, s := range f.states {
		if s == nil || reached[name] {
			continue
		}
		n.parser.report(codeTarget, n.path+"/States/"+name, "State %q is not reachable.", name)
		for _, t := range s.targets {
			if _, exists := f.states[t.name]; !exists {
				n.parser.report(codeTarget, t.location, "Missing 'Next' target: %s", t.name)
			}
		}
	}
}
