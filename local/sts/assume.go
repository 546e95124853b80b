package sts

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// assumeInput is what a caller of AssumeRole may send. Session policies, MFA
// and source identities are not supported: the parameter is refused by name.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
type assumeInput struct {
	RoleArn           string
	RoleSessionName   string
	DurationSeconds   *resource.Int
	ExternalId        string
	Tags              []resource.Tag
	TransitiveTagKeys []string
}

type assumeOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedUser
}

type credentials struct {
	AccessKeyId     string
	SecretAccessKey string
	SessionToken    string
	Expiration      frontdoor.Timestamp
}

type assumedUser struct{ AssumedRoleId, Arn string }

// assume issues credentials of a role, which are refused after their
// expiration. The session's tags are checked and then dropped: no condition
// key tells them.
func (s *Service) assume(ctx context.Context, in *assumeInput) (*assumeOutput, error) {
	caller := frontdoor.Caller(ctx)
	if err := errors.Join(in.check(), in.checkTags()); err != nil {
		return nil, err
	}
	duration := in.duration()
	if caller.Kind == iam.RoleSession && duration > maxChained {
		return nil, frontdoor.Errorf(validationError, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	p, err := s.directory.AssumeOn(caller, in.RoleArn, iam.Terms{
		Session: in.RoleSessionName, ExternalID: in.ExternalId, Duration: duration,
		Tagged: len(in.Tags) > 0, TransitiveTagKeys: in.TransitiveTagKeys,
	})
	if err != nil {
		return nil, refusal(err)
	}
	expires := time.Now().Add(duration)
	keys := s.directory.IssueUntil(p, expires)
	return &assumeOutput{
		Credentials:     credentials{keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken, frontdoor.At(expires)},
		AssumedRoleUser: assumedUser{s.userID(p), p.ARN},
	}, nil
}

// refusal is the service's error for a role that can't be assumed. AWS does
// not tell whether there is such a role, nor why the caller may not have it.
func refusal(err error) error {
	var denied *iam.Denied
	if errors.As(err, &denied) {
		return &frontdoor.Error{Code: "AccessDenied", Status: 403, Message: "User: " + cmp.Or(denied.Principal.ARN, "anonymous") +
			" is not authorized to perform: " + denied.Access.Action + " on resource: " + denied.Access.Resource}
	}
	if errors.Is(err, iam.ErrDuration) {
		return frontdoor.Errorf(validationError, "%v", err)
	}
	return err
}

const validationError = "ValidationError"

// Limits of DurationSeconds, and what it is if not given.
const (
	minDuration    = 900
	maxDuration    = 43200
	presetDuration = time.Hour
	maxChained     = time.Hour // of a role assumed by a role
)

func (in *assumeInput) duration() time.Duration {
	if in.DurationSeconds == nil {
		return presetDuration
	}
	return time.Duration(*in.DurationSeconds) * time.Second
}

var (
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	externalID  = regexp.MustCompile(`^[\w+=,.@:/-]+$`)
	tagText     = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

const maxExternalID = 1224

func (in *assumeInput) check() error {
	switch {
	case !strings.HasPrefix(in.RoleArn, "arn:aws:iam::"):
		return frontdoor.Errorf(validationError, "%s is invalid", in.RoleArn)
	case !sessionName.MatchString(in.RoleSessionName):
		return unfit("roleSessionName", in.RoleSessionName, `[\w+=,.@-]*, 2 to 64 characters`)
	case in.ExternalId != "" && (len(in.ExternalId) < 2 || len(in.ExternalId) > maxExternalID || !externalID.MatchString(in.ExternalId)):
		return unfit("externalId", in.ExternalId, `[\w+=,.@:\/-]*, 2 to 1224 characters`)
	case in.DurationSeconds != nil && (*in.DurationSeconds < minDuration || *in.DurationSeconds > maxDuration):
		return frontdoor.Errorf(validationError, "DurationSeconds must be between %d and %d", minDuration, maxDuration)
	}
	return nil
}

func unfit(member, value, pattern string) error {
	return frontdoor.Errorf(validationError, "Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", value, member, pattern)
}

// Limits of session tags.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func (in *assumeInput) checkTags() error {
	if len(in.Tags) > maxTags || len(in.TransitiveTagKeys) > maxTags {
		return frontdoor.Errorf(validationError, "A session can't have more than %d tags", maxTags)
	}
	var keys []string
	for _, tag := range in.Tags {
		switch {
		case tag.Key == "" || len(tag.Key) > maxTagKey || !tagText.MatchString(tag.Key):
			return unfit("tags.key", tag.Key, `[\p{L}\p{Z}\p{N}_.:/=+\-@]+, 1 to 128 characters`)
		case len(tag.Value) > maxTagValue || !tagText.MatchString(tag.Value):
			return unfit("tags.value", tag.Value, `[\p{L}\p{Z}\p{N}_.:/=+\-@]*, up to 256 characters`)
		case slices.ContainsFunc(keys, func(key string) bool { return strings.EqualFold(key, tag.Key) }):
			return frontdoor.Errorf("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		keys = append(keys, tag.Key)
	}
	for _, key := range in.TransitiveTagKeys {
		if !slices.ContainsFunc(keys, func(tag string) bool { return strings.EqualFold(tag, key) }) {
			return frontdoor.Errorf("InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
		}
	}
	return nil
}
