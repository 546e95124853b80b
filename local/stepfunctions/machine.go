package stepfunctions

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// Types of state machine.
const (
	standard = "STANDARD"
	express  = "EXPRESS"
)

// maxDefinition is the size limit of a definition, in bytes.
const maxDefinition = 1 << 20

// machine is one revision of a state machine. It is immutable: an update puts
// another in its place, and running executions keep theirs.
type machine struct {
	// id is the revision's in the store.
	id              string
	arn, name, kind string
	definition      string
	parsed          *asl.Machine
	roleARN         string
	// role is the session that tasks call services as.
	role iam.Principal
	// owner is the key of the resource; empty for a machine of
	// CreateStateMachine.
	owner string
	// line is set once the machine is known.
	line    *lineage
	logging loggingConfiguration
	tracing tracingConfiguration
	created time.Time
	updated time.Time
	// revision is empty until the first update, as AWS reports it.
	revision string
	stream   string
}

type tracingConfiguration struct {
	Enabled bool `json:"enabled"`
}

// blueprint is what a client says of a state machine.
type blueprint struct {
	name, kind, definition, roleARN string
	logging                         loggingConfiguration
	tracing                         tracingConfiguration
}

// build makes a machine, or tells why AWS would refuse it.
func (s *Service) build(b blueprint) (*machine, error) {
	if err := checkName(b.name); err != nil {
		return nil, err
	}
	if b.kind == "" {
		b.kind = standard
	}
	if b.kind != standard && b.kind != express {
		return nil, validation("Value '%s' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]", b.kind)
	}
	parsed, err := parseDefinition(b.definition, b.kind)
	if err != nil {
		return nil, err
	}
	m := &machine{
		id: uuid.NewString(), arn: s.machineARN(b.name), name: b.name, kind: b.kind, definition: b.definition, parsed: parsed,
		roleARN: b.roleARN, logging: b.logging.orOff(), tracing: b.tracing,
	}
	m.created = time.Now()
	m.updated = m.created
	m.stream = fmt.Sprintf("states/%s/%s/%s", b.name, m.created.UTC().Format("2006-01-02-15-04"), uuid.NewString()[:8])
	if m.role, err = s.assume(m); err != nil {
		return nil, err
	}
	return m, s.checkLogging(m)
}

func (s *Service) assume(m *machine) (iam.Principal, error) {
	role, err := s.Door.Directory().Assume(iam.Service(servicePrincipal, s.Account, m.arn), m.roleARN, "states-"+m.name)
	if err != nil {
		return iam.Principal{}, &frontdoor.Error{Code: "AccessDeniedException", Message: fmt.Sprintf(
			"Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role: %v", err)}
	}
	return role, nil
}

// parseDefinition parses a definition and refuses resources that can't be called.
func parseDefinition(definition, kind string) (*asl.Machine, error) {
	if len(definition) > maxDefinition {
		return nil, validation("Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to %d", maxDefinition)
	}
	m, problems := examine(definition, kind)
	if len(problems) > 0 {
		return nil, frontdoor.Errorf("InvalidDefinition", "Invalid State Machine Definition: '%v'", &asl.DefinitionError{Problems: problems})
	}
	return m, nil
}

func examine(definition, kind string) (*asl.Machine, []asl.Problem) {
	m, err := asl.Parse([]byte(definition))
	var wrong *asl.DefinitionError
	if errors.As(err, &wrong) {
		return nil, wrong.Problems
	}
	if err != nil {
		return nil, []asl.Problem{{Code: "INVALID_JSON_DESCRIPTION", Message: err.Error()}}
	}
	var problems []asl.Problem
	for r := range m.Resources() {
		if err := checkResource(r.Value, kind); err != nil {
			problems = append(problems, asl.Problem{Code: "SCHEMA_VALIDATION_FAILED", Message: err.Error(), Location: r.Location})
		}
	}
	return m, problems
}
