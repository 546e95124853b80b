package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// policyDocument returns the policy of a bus as JSON, "" if it has none: the
// statements of its own Policy, then those of AWS::Events::EventBusPolicy.
func (b *bus) policyDocument() string {
	statements := slices.Clone(b.document)
	statements = append(statements, sortedBy(b.statements, func(json.RawMessage) bool { return true })...)
	if len(statements) == 0 {
		return ""
	}
	texts := make([]string, len(statements))
	for i, statement := range statements {
		texts[i] = string(statement)
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(texts, ",") + `]}`
}

// compile reads the policy that the statements make.
func (b *bus) compile() (err error) {
	b.policy = nil
	if document := b.policyDocument(); document != "" {
		b.policy, err = iam.ParsePolicy([]byte(document))
	}
	return err
}

// busPolicyProperties is what is supported of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
// The older form with Action, Principal and Condition is refused by name.
type busPolicyProperties struct {
	EventBusName string
	StatementId  string
	Statement    json.RawMessage
}

var statementID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

func (s *Service) createBusPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.putStatement(definition, func(id string, exists bool) error {
		if exists && definition.PhysicalID == "" {
			return alreadyExists(definition, id)
		}
		return nil
	})
}

func (s *Service) updateBusPolicyResource(_ context.Context, _, next resource.Definition) (resource.Instance, error) {
	return s.putStatement(next, func(id string, exists bool) error {
		if !exists {
			return notFound("Statement %s does not exist.", id)
		}
		return nil
	})
}

// putStatement adds a statement to the policy of a bus, or replaces it. admit
// may refuse to, knowing whether there is one with that id.
func (s *Service) putStatement(definition resource.Definition, admit func(id string, exists bool) error) (resource.Instance, error) {
	p, err := decodeBusPolicy(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name, err := s.busName(p.EventBusName)
	if err != nil {
		return resource.Instance{}, err
	}
	id := onBusID(name, p.StatementId)
	_, err = s.changeBus(name, func(b *bus) error {
		_, exists := b.statements[p.StatementId]
		if err := admit(id, exists); err != nil {
			return err
		}
		statements := maps.Clone(b.statements)
		if statements == nil {
			statements = map[string]json.RawMessage{}
		}
		statements[p.StatementId] = p.Statement
		b.statements = statements
		return nil
	})
	if err != nil {
		return resource.Instance{}, fmt.Errorf("set policy statement %s of event bus %s: %w", p.StatementId, name, err)
	}
	return resource.Instance{ID: id}, nil
}

func decodeBusPolicy(definition resource.Definition) (p busPolicyProperties, err error) {
	if err := definition.Decode(&p); err != nil {
		return p, err
	}
	if !statementID.MatchString(p.StatementId) {
		return p, fmt.Errorf("property StatementId: %q is not 1 to 64 letters, digits, - and _", p.StatementId)
	}
	if len(p.Statement) == 0 {
		return p, errors.New("required property Statement is missing")
	}
	return p, nil
}

func (s *Service) deleteBusPolicyResource(_ context.Context, definition resource.Definition) error {
	name, id := splitID(definition.PhysicalID)
	_, err := s.changeBus(name, func(b *bus) error {
		b.statements = maps.Clone(b.statements)
		delete(b.statements, id)
		return nil
	})
	if err != nil && s.store.bus(name) != nil {
		return fmt.Errorf("remove policy statement %s of event bus %s: %w", id, name, err)
	}
	return nil
}
