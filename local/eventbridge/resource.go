package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// Resources returns the handlers of the CloudFormation types of EventBridge.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::Events::EventBus":       resource.Schema{Required: []string{"Name"}}.Type(s.createBusResource, nil, nil),
		"AWS::Events::EventBusPolicy": resource.Schema{Required: []string{"StatementId"}, NotEmpty: []string{"EventBusName"}}.Type(s.createBusPolicyResource, nil, nil),
		"AWS::Events::Rule":           resource.Schema{NotEmpty: []string{"Name", "EventBusName"}}.Type(s.createRuleResource, nil, nil),
	}
}

// busProperties is what is supported of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
type busProperties struct {
	Name        string
	Description string
	Policy      json.RawMessage
	LogConfig   *struct{ Level, IncludeDetail string }
	Tags        []resource.Tag
}

func (s *Service) createBusResource(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	var p busProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if p.LogConfig != nil && p.LogConfig.Level != "OFF" {
		return resource.Instance{}, fmt.Errorf("LogConfig level %q is not supported, only OFF is", p.LogConfig.Level)
	}
	out, err := s.createEventBus(ctx, &createEventBusInput{Name: p.Name, Description: p.Description})
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create event bus %s: %w", p.Name, err)
	}
	if err := s.putPolicyDocument(p.Name, p.Policy); err != nil {
		return resource.Instance{}, fmt.Errorf("set policy of event bus %s: %w", p.Name, err)
	}
	attributes := map[string]any{"Arn": out.EventBusArn, "Name": p.Name}
	if document := policyDocument(s.store.bus(p.Name).statements); document != "" {
		attributes["Policy"] = document
	}
	return resource.Instance{ID: p.Name, Attributes: attributes}, nil
}

func (s *Service) putPolicyDocument(bus string, raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var document struct {
		Version   string
		Id        string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return fmt.Errorf("read policy: %w", err)
	}
	for i, statement := range document.Statement {
		if err := s.putStatement(bus, fmt.Sprintf("statement-%03d", i), statement); err != nil {
			return err
		}
	}
	return nil
}

// putStatement adds a statement to the policy of a bus, or replaces it.
func (s *Service) putStatement(busName, id string, statement json.RawMessage) error {
	return s.store.change(func(t *tables) error {
		old := t.buses[busName]
		if old == nil {
			return noBus(busName)
		}
		changed := *old
		changed.modified = time.Now()
		changed.statements = maps.Clone(old.statements)
		if changed.statements == nil {
			changed.statements = map[string]json.RawMessage{}
		}
		changed.statements[id] = statement
		policy, err := iam.ParsePolicy([]byte(policyDocument(changed.statements)))
		if err != nil {
			return err
		}
		changed.policy = policy
		t.putBus(&changed)
		return nil
	})
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
	var p busPolicyProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if !statementID.MatchString(p.StatementId) {
		return resource.Instance{}, fmt.Errorf("property StatementId: %q is not 1 to 64 letters, digits, - and _", p.StatementId)
	}
	if len(p.Statement) == 0 {
		return resource.Instance{}, errors.New("required property Statement is missing")
	}
	bus, err := s.busName(p.EventBusName)
	if err != nil {
		return resource.Instance{}, err
	}
	if err := s.putStatement(bus, p.StatementId, p.Statement); err != nil {
		return resource.Instance{}, fmt.Errorf("set policy statement %s of event bus %s: %w", p.StatementId, bus, err)
	}
	return resource.Instance{ID: bus + "|" + p.StatementId}, nil
}
