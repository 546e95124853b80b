package logs

import (
	"context"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// located is an input that tells which group, and perhaps which stream, it is
// about.
type located interface{ location() (group, stream string) }

// onGroup returns the access function of an operation on a group or stream.
// The account's resource policies decide beside the caller's own.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
func onGroup[In any, P interface {
	*In
	located
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		name, stream := P(in).location()
		name, err := s.groupName(name)
		if err != nil {
			return nil, err
		}
		return []iam.Access{s.access(action, s.groupARN(name)+":log-stream:"+stream)}, nil
	}
}

func anywhere[In any](action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: "*"}}, nil
	}
}

func (s *Service) access(action, arn string) iam.Access {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return iam.Access{Action: action, Resource: arn, ResourcePolicy: s.merged}
}

func (s *Service) groupARN(name string) string {
	return "arn:aws:logs:" + s.region + ":" + s.account + ":log-group:" + name
}

// groupName returns the name in a group's identifier: a name or an ARN.
func (s *Service) groupName(identifier string) (string, error) {
	if identifier == "" {
		return "", invalid("a log group must be named")
	}
	if !strings.HasPrefix(identifier, "arn:") {
		return identifier, nil
	}
	name, ours := strings.CutPrefix(identifier, s.groupARN(""))
	if !ours || strings.Contains(name, ":") {
		return "", invalid("%s is not the ARN of a log group of this account and Region", identifier)
	}
	return name, nil
}

// byName is the member of inputs that take a group's name only.
type byName struct {
	LogGroupName string `json:"logGroupName"`
}

func (b *byName) location() (group, stream string) { return b.LogGroupName, "" }

// byIdentifier are the members of inputs that take either name or identifier.
type byIdentifier struct {
	LogGroupName       string `json:"logGroupName"`
	LogGroupIdentifier string `json:"logGroupIdentifier"`
}

func (b *byIdentifier) location() (group, stream string) {
	return b.LogGroupName + b.LogGroupIdentifier, ""
}

// find returns the group that an identifier means.
func (s *Service) find(identifier string) (*group, error) {
	name, err := s.groupName(identifier)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if g := s.groups[name]; g != nil {
		return g, nil
	}
	return nil, noSuchGroup()
}

// group returns the group, refusing both members at once.
func (s *Service) group(b byIdentifier) (*group, error) {
	if b.LogGroupName != "" && b.LogGroupIdentifier != "" {
		return nil, invalid("logGroupName and logGroupIdentifier exclude each other")
	}
	return s.find(b.LogGroupName + b.LogGroupIdentifier)
}

func noSuchGroup() error {
	return frontdoor.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}

func noSuchStream() error {
	return frontdoor.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
}

func invalid(format string, args ...any) error {
	return frontdoor.Errorf("InvalidParameterException", format, args...)
}
