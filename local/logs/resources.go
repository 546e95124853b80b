package logs

import (
	"context"
	"fmt"
	"regexp"

	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of CloudWatch Logs.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::Logs::LogGroup":       resource.Schema{NotEmpty: []string{"LogGroupName", "RetentionInDays"}}.Type(s.createGroupResource, nil, nil),
		"AWS::Logs::ResourcePolicy": resource.Schema{Required: []string{"PolicyDocument", "PolicyName"}}.Type(s.createPolicyResource, nil, nil),
	}
}

// groupProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
// that make no difference here or are done; others are refused by name.
type groupProperties struct {
	LogGroupName              string
	LogGroupClass             string
	RetentionInDays           resource.Int
	DeletionProtectionEnabled resource.Bool // a stack is never deleted here
	Tags                      []resource.Tag
}

func (s *Service) createGroupResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties groupProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	name := properties.LogGroupName
	if name == "" {
		name = definition.Name(512)
	}
	if properties.RetentionInDays != 0 {
		if err := checkRetention(int(properties.RetentionInDays)); err != nil {
			return resource.Instance{}, fmt.Errorf("create log group %s: %w", name, err)
		}
	}
	tags := map[string]string{}
	for _, tag := range properties.Tags {
		tags[tag.Key] = tag.Value
	}
	if err := s.create(groupSettings{name, properties.LogGroupClass, int(properties.RetentionInDays), tags}, true); err != nil {
		return resource.Instance{}, fmt.Errorf("create log group %s: %w", name, err)
	}
	return resource.Instance{ID: name, Attributes: map[string]any{"Arn": s.groupARN(name) + ":*"}}, nil
}

// policyName is the pattern in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html
var policyName = regexp.MustCompile(`^([^:*/]+/?)*[^:*/]+$`)

const maxPolicyName = 255 // characters

type policyProperties struct {
	PolicyName     string
	PolicyDocument string // a JSON text
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties policyProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	if !policyName.MatchString(properties.PolicyName) || len(properties.PolicyName) > maxPolicyName {
		return resource.Instance{}, fmt.Errorf("property PolicyName: %q has not 1 to %d characters without :, * and //", properties.PolicyName, maxPolicyName)
	}
	if _, err := s.setPolicy(properties.PolicyName, properties.PolicyDocument, false); err != nil {
		return resource.Instance{}, fmt.Errorf("put resource policy %s: %w", properties.PolicyName, err)
	}
	return resource.Instance{ID: properties.PolicyName}, nil
}
