package cloudformation

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"eda-demo/local/provision"
	"eda-demo/local/resource"
	"eda-demo/local/template"
)

// request is what CreateStack, UpdateStack and CreateChangeSet have in common.
type request struct {
	stackInput
	source
	Parameters            []parameter
	Capabilities          []string
	RoleARN               string
	Tags                  []resource.Tag
	NotificationARNs      []string
	RollbackConfiguration *rollbackConfiguration
	DeploymentConfig      *deploymentConfig
}

func (in request) role() string { return in.RoleARN }

// rollbackConfiguration may be given without anything in it.
type rollbackConfiguration struct {
	MonitoringTimeInMinutes int
	RollbackTriggers        []struct{ Arn, Type string }
}

// spec reads the template of a request and tells what the stack, if there is
// one, is to be.
func (s *Service) spec(ctx context.Context, in *request, usePrevious bool, stack *provision.Stack) (provision.Spec, error) {
	if err := in.check(); err != nil {
		return provision.Spec{}, err
	}
	text, err := s.templateText(ctx, in.source, usePrevious, stack)
	if err != nil {
		return provision.Spec{}, err
	}
	parsed, err := template.Parse(text)
	if err != nil {
		return provision.Spec{}, invalid("%v", err)
	}
	if err := acknowledged(parsed, in.Capabilities); err != nil {
		return provision.Spec{}, err
	}
	spec := provision.Spec{Template: text, Tags: in.Tags, RoleARN: in.RoleARN, Capabilities: in.Capabilities}
	if stack != nil && in.Tags == nil {
		spec.Tags = stack.Spec.Tags
	}
	if stack != nil && in.RoleARN == "" {
		spec.RoleARN = stack.Spec.RoleARN
	}
	spec.Parameters, err = values(in.Parameters, stack)
	return spec, err
}

// check refuses what is malformed, and what would change what is done.
func (in *request) check() error {
	if in.StackName == "" {
		return missing("stackName")
	}
	if len(in.NotificationARNs) > 0 {
		return unsupported("NotificationARNs")
	}
	if r := in.RollbackConfiguration; r != nil && (r.MonitoringTimeInMinutes != 0 || len(r.RollbackTriggers) > 0) {
		return unsupported("RollbackConfiguration")
	}
	if err := in.DeploymentConfig.check(); err != nil {
		return err
	}
	return checkTags(in.Tags)
}

// deploymentConfig is DeploymentConfig of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
type deploymentConfig struct {
	Mode            string `json:",omitempty"` // STANDARD, which "" stands for
	DisableRollback *bool  `json:",omitempty"`
}

func (c *deploymentConfig) check() error {
	switch {
	case c == nil || c.Mode == "" || c.Mode == "STANDARD":
		return nil
	case c.Mode == "EXPRESS":
		return unsupported("DeploymentConfig.Mode EXPRESS")
	}
	return constraint(c.Mode, "deploymentConfig.mode", "satisfy enum value set: [STANDARD, EXPRESS]")
}

func (c *deploymentConfig) disablesRollback() bool {
	return c != nil && c.DisableRollback != nil && *c.DisableRollback
}

// Limits of tags:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Tag.html
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func checkTags(tags []resource.Tag) error {
	if len(tags) > maxTags {
		return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to %d", maxTags)
	}
	for i, tag := range tags {
		switch {
		case tag.Key == "" || len(tag.Key) > maxTagKey:
			return constraint(tag.Key, "tags.member.key", "have a length of 1 to 128")
		case len(tag.Value) > maxTagValue:
			return constraint(tag.Value, "tags.member.value", "have length less than or equal to 256")
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			return invalid("aws: prefixed tag key names are not allowed for external use.")
		case slices.ContainsFunc(tags[:i], func(other resource.Tag) bool { return other.Key == tag.Key }):
			return invalid("Tag Keys must be unique: %s is given twice.", tag.Key)
		}
	}
	return nil
}

var (
	rolePattern  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]+$`)
	tokenPattern = regexp.MustCompile(`^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$`)
)

// maxRole is the longest ARN of a role, in bytes.
const maxRole = 2048

func checkRole(arn string) error {
	if len(arn) <= maxRole && rolePattern.MatchString(arn) {
		return nil
	}
	return invalid("Role %s is invalid or cannot be assumed", arn)
}

func checkToken(token, member string) error {
	if token == "" || tokenPattern.MatchString(token) {
		return nil
	}
	return constraint(token, member, "satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*")
}
