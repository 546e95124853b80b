package stepfunctions

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
)

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type createInput struct {
	Name       string                `json:"name"`
	Definition string                `json:"definition"`
	RoleARN    string                `json:"roleArn"`
	Type       string                `json:"type"`
	Logging    *loggingConfiguration `json:"loggingConfiguration"`
	Tracing    *tracingConfiguration `json:"tracingConfiguration"`
	Tags       []tag                 `json:"tags"`
}

type createOutput struct {
	StateMachineARN string              `json:"stateMachineArn"`
	CreationDate    frontdoor.Timestamp `json:"creationDate"`
}

func (s *Service) createStateMachine(_ context.Context, in *createInput) (*createOutput, error) {
	b := blueprint{name: in.Name, kind: in.Type, definition: in.Definition, roleARN: in.RoleARN}
	if in.Logging != nil {
		b.logging = *in.Logging
	}
	if in.Tracing != nil {
		b.tracing = *in.Tracing
	}
	m, err := s.build(b)
	if err != nil {
		return nil, err
	}
	if m, err = s.registry.ensureMachine(m); err != nil {
		return nil, err
	}
	return &createOutput{m.arn, frontdoor.At(m.created)}, nil
}

// isLike tells whether creating other would change nothing. As on AWS, neither
// role nor tags are looked at.
func (m *machine) isLike(other *machine) bool {
	return m.kind == other.kind && m.definition == other.definition && m.tracing == other.tracing && m.logging.equal(other.logging)
}

// equals tells whether updating m to be like other would change nothing.
func (m *machine) equals(other *machine) bool { return m.isLike(other) && m.roleARN == other.roleARN }

// succeed makes a machine that is new the successor of an old one: the same
// revision, if nothing is different.
func (m *machine) succeed(old *machine) {
	m.created, m.stream, m.line = old.created, old.stream, old.line
	if m.equals(old) {
		m.id, m.updated, m.revision = old.id, old.updated, old.revision
		return
	}
	m.revision = uuid.NewString()
}

type updateInput struct {
	StateMachineARN string                `json:"stateMachineArn"`
	Definition      string                `json:"definition"`
	RoleARN         string                `json:"roleArn"`
	Logging         *loggingConfiguration `json:"loggingConfiguration"`
	Tracing         *tracingConfiguration `json:"tracingConfiguration"`
}

type updateOutput struct {
	UpdateDate frontdoor.Timestamp `json:"updateDate"`
	RevisionID string              `json:"revisionId"`
}

func (s *Service) updateStateMachine(_ context.Context, in *updateInput) (*updateOutput, error) {
	old, err := s.registry.machine(in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	if in.Definition == "" && in.RoleARN == "" && in.Logging == nil && in.Tracing == nil {
		return nil, frontdoor.Errorf("MissingRequiredParameter",
			"Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	}
	m, err := s.build(old.changed(in))
	if err != nil {
		return nil, err
	}
	if err := s.registry.replaceMachine(m.revises(old)); err != nil {
		return nil, err
	}
	return &updateOutput{frontdoor.At(m.updated), m.revision}, nil
}

// revises makes a machine that is new another revision of an old one.
func (m *machine) revises(old *machine) *machine {
	m.created, m.owner, m.line, m.revision = old.created, old.owner, old.line, uuid.NewString()
	return m
}

func (m *machine) changed(in *updateInput) blueprint {
	b := blueprint{name: m.name, kind: m.kind, definition: m.definition, roleARN: m.roleARN, logging: m.logging, tracing: m.tracing}
	if in.Definition != "" {
		b.definition = in.Definition
	}
	if in.RoleARN != "" {
		b.roleARN = in.RoleARN
	}
	if in.Logging != nil {
		b.logging = *in.Logging
	}
	if in.Tracing != nil {
		b.tracing = *in.Tracing
	}
	return b
}

type machineInput struct {
	StateMachineARN string `json:"stateMachineArn"`
}

type empty struct{}

// deleteStateMachine deletes a machine. One that does not exist is no error, as
// on AWS.
func (s *Service) deleteStateMachine(_ context.Context, in *machineInput) (*empty, error) {
	return &empty{}, s.deleteMachine(in.StateMachineARN)
}

// deleteMachine deletes a machine with its executions, which fail if they run.
// On AWS that takes until the next transition of each, and the machine is
// DELETING meanwhile; here it is over at once.
func (s *Service) deleteMachine(arn string) error {
	executions, err := s.registry.removeMachine(arn)
	for _, e := range executions {
		_, failure := e.end(conclude(nil, 0, errDeleted{e.machine.name}))
		err = errors.Join(err, failure)
	}
	if err != nil || len(executions) == 0 {
		return err
	}
	return s.registry.eraseExecutions(arn, executions)
}

type machineDescription struct {
	StateMachineARN string               `json:"stateMachineArn"`
	Name            string               `json:"name"`
	Status          string               `json:"status,omitempty"`
	Definition      string               `json:"definition"`
	RoleARN         string               `json:"roleArn"`
	Type            string               `json:"type,omitempty"`
	CreationDate    *frontdoor.Timestamp `json:"creationDate,omitempty"`
	UpdateDate      *frontdoor.Timestamp `json:"updateDate,omitempty"`
	RevisionID      string               `json:"revisionId,omitempty"`
	Logging         loggingConfiguration `json:"loggingConfiguration"`
	Tracing         tracingConfiguration `json:"tracingConfiguration"`
}

func (m *machine) describe() *machineDescription {
	return &machineDescription{
		StateMachineARN: m.arn, Name: m.name, Definition: m.definition, RoleARN: m.roleARN,
		RevisionID: m.revision, Logging: m.logging, Tracing: m.tracing,
	}
}

func (s *Service) describeStateMachine(_ context.Context, in *machineInput) (*machineDescription, error) {
	m, err := s.registry.machine(in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	d := m.describe()
	created := frontdoor.At(m.created)
	d.CreationDate, d.Status, d.Type = &created, "ACTIVE", m.kind
	return d, nil
}

type machineItem struct {
	StateMachineARN string              `json:"stateMachineArn"`
	Name            string              `json:"name"`
	Type            string              `json:"type"`
	CreationDate    frontdoor.Timestamp `json:"creationDate"`
}

type listMachinesOutput struct {
	StateMachines []machineItem `json:"stateMachines"`
	NextToken     string        `json:"nextToken,omitempty"`
}

func (s *Service) listStateMachines(_ context.Context, in *pageInput) (*listMachinesOutput, error) {
	limit, from, err := in.page()
	if err != nil {
		return nil, err
	}
	machines := s.registry.listMachines()
	machines = machines[min(from, int64(len(machines))):]
	out := &listMachinesOutput{StateMachines: []machineItem{}}
	if len(machines) > limit {
		machines = machines[:limit]
		out.NextToken = token(from + int64(limit))
	}
	for _, m := range machines {
		out.StateMachines = append(out.StateMachines, machineItem{m.arn, m.name, m.kind, frontdoor.At(m.created)})
	}
	return out, nil
}
