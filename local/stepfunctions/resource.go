package stepfunctions

import (
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
	return map[string]resource.Type{"AWS::StepFunctions::StateMachine": resource.Schema{Required: []string{"RoleArn"}, NotEmpty: []string{"StateMachineName"}}.Type(s.createResource, nil, nil)}
}

func (s *Service) createResource(_ context.Context, d resource.Definition) (resource.Instance, error) {
	var p machineProperties
	if err := d.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	definition, err := p.definition()
	if err != nil {
		return resource.Instance{}, err
	}
	b := blueprint{
		name: p.StateMachineName, kind: p.StateMachineType, definition: definition, roleARN: p.RoleArn,
		logging: p.LoggingConfiguration.configuration(), tracing: tracingConfiguration{bool(p.TracingConfiguration.Enabled)},
	}
	if b.name == "" {
		b.name = d.Name(80)
	}
	m, err := s.build(b)
	if err == nil {
		m, err = s.registry.adoptMachine(m)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create state machine %s: %w", b.name, err)
	}
	revision := m.revision
	if revision == "" {
		revision = "INITIAL"
	}
	return resource.Instance{ID: m.arn, Attributes: map[string]any{"Arn": m.arn, "Name": m.name, "StateMachineRevisionId": revision}}, nil
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
