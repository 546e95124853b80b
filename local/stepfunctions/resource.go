package stepfunctions

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"eda-demo/local/resource"
)

// machineProperties are the properties that are supported:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
type machineProperties struct {
	StateMachineName        string
	StateMachineType        string
	Definition              json.RawMessage
	DefinitionString        string
	DefinitionSubstitutions map[string]any
	RoleArn                 string
	LoggingConfiguration    loggingProperties
	TracingConfiguration    struct{ Enabled resource.Bool }
	Tags                    []resource.Tag
}

type loggingProperties struct {
	Level                string
	IncludeExecutionData resource.Bool
	Destinations         []struct {
		CloudWatchLogsLogGroup struct{ LogGroupArn string }
	}
}

// Resources returns the handler of AWS::StepFunctions::StateMachine. Ref is
// the ARN.
func (s *Service) Resources() map[string]resource.Type {
	schema := resource.Schema{
		Required: []string{"RoleArn"}, NotEmpty: []string{"StateMachineName"},
		Name: "StateMachineName", Immutable: []string{"StateMachineName", "StateMachineType"},
	}
	return map[string]resource.Type{
		"AWS::StepFunctions::StateMachine": schema.Type(s.createResource, s.updateResource, s.deleteResource),
	}
}

// createResource creates a state machine, or takes up the one that an earlier
// process has left.
func (s *Service) createResource(_ context.Context, d resource.Definition) (resource.Instance, error) {
	b, err := s.blueprint(d, d.PhysicalID)
	if err != nil {
		return resource.Instance{}, err
	}
	m, err := s.build(b)
	if err == nil {
		m.owner = d.Key()
		err = s.registry.addOrAdopt(m, d)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create state machine %s: %w", b.name, err)
	}
	return m.instance(), nil
}

func (r *registry) addOrAdopt(m *machine, as resource.Definition) error {
	if as.TakesUp() {
		return r.adoptMachine(m, as.PhysicalID != "")
	}
	return r.addMachine(m)
}

// updateResource makes another revision of the state machine, if it differs.
// Executions that run keep theirs.
func (s *Service) updateResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	b, err := s.blueprint(next, previous.PhysicalID)
	if err != nil {
		return resource.Instance{}, err
	}
	m, err := s.updated(previous.PhysicalID, b)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update state machine %s: %w", b.name, err)
	}
	return m.instance(), nil
}

func (s *Service) updated(arn string, b blueprint) (*machine, error) {
	old, err := s.registry.machine(arn)
	if err != nil {
		return nil, err
	}
	m, err := s.build(b)
	if err != nil {
		return nil, err
	}
	if m.equals(old) {
		return old, nil
	}
	return m, s.registry.replaceMachine(m.revises(old))
}

func (s *Service) deleteResource(_ context.Context, d resource.Definition) error {
	return s.deleteMachine(d.PhysicalID)
}

// blueprint reads the properties of a state machine, which has the physical id
// if it exists.
func (s *Service) blueprint(d resource.Definition, physicalID string) (blueprint, error) {
	var p machineProperties
	if err := d.Decode(&p); err != nil {
		return blueprint{}, err
	}
	definition, err := p.definition()
	if err != nil {
		return blueprint{}, err
	}
	name, exists := strings.CutPrefix(physicalID, s.machineARN(""))
	if !exists && physicalID != "" {
		return blueprint{}, fmt.Errorf("%s is not the ARN of a state machine", physicalID)
	}
	return blueprint{
		name: cmp.Or(name, p.StateMachineName, d.Name(80)), kind: p.StateMachineType, definition: definition, roleARN: p.RoleArn,
		logging: p.LoggingConfiguration.configuration(), tracing: tracingConfiguration{bool(p.TracingConfiguration.Enabled)},
	}, nil
}

func (m *machine) instance() resource.Instance {
	return resource.Instance{ID: m.arn, Attributes: map[string]any{
		"Arn": m.arn, "Name": m.name, "StateMachineRevisionId": cmp.Or(m.revision, "INITIAL"),
	}}
}

// definition returns the definition with the substitutions made.
func (p machineProperties) definition() (string, error) {
	text := p.DefinitionString
	if len(p.Definition) > 0 {
		if text != "" {
			return "", errors.New("properties Definition and DefinitionString: only one of them is allowed")
		}
		text = string(p.Definition)
	}
	if text == "" {
		return "", errors.New("property DefinitionString is missing; S3 locations of definitions are not supported")
	}
	pairs := make([]string, 0, 2*len(p.DefinitionSubstitutions))
	for name, value := range p.DefinitionSubstitutions {
		switch v := value.(type) {
		case string:
			pairs = append(pairs, "${"+name+"}", v)
		case bool, float64:
			number, err := json.Marshal(v)
			if err != nil {
				return "", fmt.Errorf("property DefinitionSubstitutions.%s: %w", name, err)
			}
			pairs = append(pairs, "${"+name+"}", string(number))
		default:
			return "", fmt.Errorf("property DefinitionSubstitutions.%s must be a string, number or boolean", name)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}

func (p loggingProperties) configuration() loggingConfiguration {
	c := loggingConfiguration{Level: p.Level, WithData: bool(p.IncludeExecutionData)}
	for _, d := range p.Destinations {
		var to logDestination
		to.LogGroup.ARN = d.CloudWatchLogsLogGroup.LogGroupArn
		c.Destinations = append(c.Destinations, to)
	}
	return c
}
