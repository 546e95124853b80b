package logs

import (
	"cmp"
	"context"
	"fmt"

	"eda-demo/local/declared"
	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of CloudWatch Logs. The
// class of a group can be changed by another group only.
func (s *Service) Resources() map[string]resource.Type {
	groups := resource.Schema{
		NotEmpty: []string{"LogGroupName", "RetentionInDays"},
		Name:     "LogGroupName", Immutable: []string{"LogGroupClass", "LogGroupName"},
	}
	policies := resource.Schema{
		Required: []string{"PolicyDocument", "PolicyName"}, Name: "PolicyName", Immutable: []string{"PolicyName"},
	}
	return map[string]resource.Type{
		"AWS::Logs::LogGroup":        groups.Type(s.createGroupResource, s.updateGroupResource, s.deleteGroupResource),
		"AWS::Logs::QueryDefinition": newQueries().resources(),
		"AWS::Logs::ResourcePolicy":  policies.Type(s.createPolicyResource, s.updatePolicyResource, s.deletePolicyResource),
	}
}

// groupProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
// that make no difference here or are done; others are refused by name.
type groupProperties struct {
	LogGroupName              string
	LogGroupClass             string
	RetentionInDays           resource.Int
	DeletionProtectionEnabled resource.Bool
	Tags                      []resource.Tag
}

func readGroup(definition resource.Definition) (groupSettings, error) {
	var p groupProperties
	if err := definition.Decode(&p); err != nil {
		return groupSettings{}, err
	}
	tags, err := declared.Tags(p.Tags)
	if err != nil {
		return groupSettings{}, err
	}
	name := cmp.Or(definition.PhysicalID, p.LogGroupName)
	if name == "" {
		name = definition.Name(512)
	}
	wanted := groupSettings{name, p.LogGroupClass, int(p.RetentionInDays), bool(p.DeletionProtectionEnabled), tags}
	if err := wanted.check(); err != nil {
		return groupSettings{}, fmt.Errorf("log group %s: %w", name, err)
	}
	return wanted, nil
}

// createGroupResource creates a log group. One that is taken up keeps its
// events.
func (s *Service) createGroupResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	wanted, err := readGroup(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	g, existed, err := s.create(wanted)
	if err == nil && existed {
		if !definition.TakesUp() {
			return resource.Instance{}, declared.Taken(definition, wanted.name)
		}
		err = g.declare(wanted)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create log group %s: %w", wanted.name, err)
	}
	return s.groupInstance(wanted.name), nil
}

func (s *Service) updateGroupResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	wanted, err := readGroup(next)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.RLock()
	g := s.groups[wanted.name]
	s.mu.RUnlock()
	if g == nil {
		return resource.Instance{}, declared.Gone(next)
	}
	if err := g.declare(wanted); err != nil {
		return resource.Instance{}, fmt.Errorf("update log group %s: %w", wanted.name, err)
	}
	return s.groupInstance(wanted.name), nil
}

// declare gives the group the settings that a template says.
func (g *group) declare(wanted groupSettings) error {
	return g.configure(func(changed *groupSettings) error {
		if changed.class != wanted.class {
			return invalid("The class of a log group can't be changed from %s to %s.", changed.class, wanted.class)
		}
		*changed = wanted
		return nil
	})
}

func (s *Service) groupInstance(name string) resource.Instance {
	return resource.Instance{ID: name, Attributes: map[string]any{"Arn": s.groupARN(name) + ":*"}}
}

func (s *Service) deleteGroupResource(_ context.Context, definition resource.Definition) error {
	if err := s.delete(definition.PhysicalID); err != nil && !isNotFound(err) {
		return fmt.Errorf("delete log group %s: %w", definition.PhysicalID, err)
	}
	return nil
}

func isNotFound(err error) bool { return frontdoor.Code(err) == "ResourceNotFoundException" }
