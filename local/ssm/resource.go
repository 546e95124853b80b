package ssm

import (
	"cmp"
	"context"
	"fmt"

	"eda-demo/local/resource"
)

// Resources returns the handler of AWS::SSM::Parameter.
func (s *Service) Resources() map[string]resource.Type {
	schema := resource.Schema{
		Required: []string{"Type", "Value"}, NotEmpty: []string{"Name"},
		Name: "Name", Immutable: []string{"Name"},
	}
	return map[string]resource.Type{"AWS::SSM::Parameter": schema.Type(s.createResource, s.updateResource, s.deleteResource)}
}

// parameterProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
// that are supported.
type parameterProperties struct {
	settings
	Tags map[string]string
}

// cloudFormation is whom the parameters of templates count as written by.
const cloudFormation = "cloudformation.amazonaws.com"

func (s *Service) createResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties parameterProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	properties.Name = cmp.Or(definition.PhysicalID, properties.Name, "CFN-"+definition.Name(512))
	s.mu.Lock()
	defer s.mu.Unlock()
	// One that comes with the account is taken over: it is none of a template.
	if s.parameters[properties.Name] != nil && !definition.TakesUp() {
		return resource.Instance{}, fmt.Errorf("create parameter %s: %w", properties.Name, alreadyExists())
	}
	return s.configure(properties.settings)
}

func (s *Service) updateResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	var properties parameterProperties
	if err := next.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	properties.Name = previous.PhysicalID
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parameters[properties.Name] == nil {
		return resource.Instance{}, fmt.Errorf("update parameter: %w", notFound(properties.Name))
	}
	return s.configure(properties.settings)
}

func (s *Service) deleteResource(_ context.Context, definition resource.Definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.remove(definition.PhysicalID); err != nil {
		return fmt.Errorf("delete parameter %s: %w", definition.PhysicalID, err)
	}
	return nil
}

// configure makes a parameter what a template says: a new version, unless it
// is so already. The caller holds the lock.
func (s *Service) configure(set settings) (resource.Instance, error) {
	there := s.parameters[set.Name]
	if there == nil || !there.has(set) {
		if _, err := s.write(there, set, cloudFormation); err != nil {
			return resource.Instance{}, fmt.Errorf("set parameter %s: %w", set.Name, err)
		}
	} else if err := set.check(s.arn(set.Name)); err != nil {
		return resource.Instance{}, fmt.Errorf("set parameter %s: %w", set.Name, err)
	}
	return resource.Instance{ID: set.Name, Attributes: map[string]any{"Type": set.Type, "Value": set.Value}}, nil
}
