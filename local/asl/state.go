package asl

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Kinds of state.
const (
	Pass     = "Pass"
	Task     = "Task"
	Choice   = "Choice"
	Wait     = "Wait"
	Succeed  = "Succeed"
	Fail     = "Fail"
	Parallel = "Parallel"
	Map      = "Map"
)

var kinds = []string{Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map}

// state is a state of any kind: the fields that states share, and what belongs
// to its kind alone.
type state struct {
	name, kind string
	// next is empty for a state that ends its flow.
	next string
	// targets are the states that this one may lead to.
	targets []target

	input, output        path
	noInput, noOutput    bool
	parameters, selector expression
	result               path
	dropResult           bool
	retriers             []retrier
	catchers             []catcher

	fixed    *literal // Pass with Result
	task     *task
	choice   *choice
	wait     *wait
	failure  *failure
	branches []*flow
	each     *each
}

// target is the name of a state to go to and where the definition says so.
type target struct{ name, location string }

func (n *node) state(name string, text json.RawMessage) *state {
	s := n.parser.node(n.path+"/States/"+name, text)
	if utf8.RuneCountInString(name) > 80 || name == "" {
		s.fail("", "A state's name has 1 to 80 characters")
	}
	if n.parser.names[name] {
		s.fail("", "The state name %q is used more than once", name)
	}
	n.parser.names[name] = true
	s.require("Type")
	kind, ok := s.optionalString("Type")
	if !ok {
		return nil
	}
	if !slices.Contains(kinds, kind) {
		s.fail("Type", "Unknown state type %q", kind)
		return nil
	}
	s.kind = kind
	parsed := &state{name: name, kind: kind, input: rootPath, output: rootPath, result: rootPath}
	s.fill(parsed)
	s.done()
	return parsed
}

func (n *node) fill(s *state) {
	n.optionalString("Comment")
	n.queryLanguage()
	n.refuse("it belongs to variables", "Assign")
	if s.kind != Fail {
		n.inputOutput(s)
	}
	switch s.kind {
	case Pass:
		n.parameters(s)
		if value, ok := n.value("Result"); ok {
			s.fixed = &literal{value}
		}
	case Task:
		s.task = n.task()
	case Choice:
		s.choice = n.choice(s)
	case Wait:
		s.wait = n.wait()
	case Fail:
		s.failure = n.failure()
	case Parallel:
		s.branches = n.parallel()
	case Map:
		s.each = n.each()
	}
	if s.kind == Task || s.kind == Parallel || s.kind == Map {
		n.resultful(s)
	}
	if s.kind != Choice && s.kind != Succeed && s.kind != Fail {
		n.transition(s)
	}
}

func (n *node) inputOutput(s *state) {
	if p, isNull, ok := n.anyPath("InputPath"); ok {
		s.input, s.noInput = p, isNull
	}
	if p, isNull, ok := n.anyPath("OutputPath"); ok {
		s.output, s.noOutput = p, isNull
	}
}

// parameters takes the fields of every kind that makes a result.
func (n *node) parameters(s *state) {
	s.parameters = n.template("Parameters")
	if string(n.members["ResultPath"]) == "null" {
		n.take("ResultPath")
		s.dropResult = true
		return
	}
	p, ok := n.reference("ResultPath")
	if !ok {
		return
	}
	if p.ofContext {
		n.fail("ResultPath", "ResultPath can't lead into the context object")
	}
	s.result = p
}

// resultful takes what Task, Parallel and Map states share.
func (n *node) resultful(s *state) {
	n.parameters(s)
	s.selector = n.template("ResultSelector")
	s.retriers = n.retry()
	s.catchers = n.catch()
	for i, c := range s.catchers {
		s.targets = append(s.targets, target{c.next, fmt.Sprintf("%s/Catch[%d]/Next", n.path, i)})
	}
}

// transition takes Next or End, one of which there has to be.
func (n *node) transition(s *state) {
	n.exclusive("Next", "End")
	if !n.has("Next") && !n.has("End") {
		n.fail("", "One of these fields is required: [Next, End]")
	}
	var end bool
	if n.optional("End", &end, "a boolean") && !end {
		n.fail("End", "End must be true")
	}
	next, ok := n.optionalString("Next")
	if ok {
		s.next = next
		s.targets = append(s.targets, target{next, n.path + "/Next"})
	}
}

// list takes an array of objects, each as a node.
func (n *node) list(name string) []*node {
	var raw []json.RawMessage
	n.optional(name, &raw, "an array")
	nodes := make([]*node, len(raw))
	for i, text := range raw {
		nodes[i] = n.parser.node(fmt.Sprintf("%s/%s[%d]", n.path, name, i), text)
	}
	return nodes
}
