// Package sts stands in for AWS STS: who a caller is, and credentials for
// roles that trust the caller. Roles and credentials are owned by package iam.
//
// API reference: https://docs.aws.amazon.com/STS/latest/APIReference/
package sts

import (
	"context"
	"regexp"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// Service is STS for one account.
type Service struct {
	account   string
	directory *iam.Directory
}

// New returns STS for the roles of a directory.
func New(account string, directory *iam.Directory) *Service {
	return &Service{account, directory}
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "sts", Protocol: frontdoor.Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		DeniedCode: "AccessDenied", InvalidCode: "ValidationError",
		Operations: []frontdoor.Operation{
			frontdoor.Op("GetCallerIdentity", frontdoor.Anyone[callerInput], s.caller),
			frontdoor.Op("AssumeRole", frontdoor.Anyone[assumeInput], s.assume),
		},
	}}
}

// Resources returns no handlers: STS has no resource types.
func (s *Service) Resources() map[string]resource.Type { return nil }

type callerInput struct{}

type callerOutput struct{ Arn, UserId, Account string }

// caller needs no permission, as on AWS.
func (s *Service) caller(ctx context.Context, _ *callerInput) (*callerOutput, error) {
	p := frontdoor.Caller(ctx)
	return &callerOutput{Arn: p.ARN, UserId: userID(p), Account: p.Account}, nil
}

// userID stands for the unique id that AWS gives: the name is used instead.
func userID(p iam.Principal) string {
	if p.Kind != iam.RoleSession {
		return "AIDA-" + iam.RoleName(p.ARN)
	}
	return "AROA-" + iam.RoleName(p.RoleARN) + ":" + iam.RoleName(p.ARN)
}

type assumeInput struct {
	RoleArn         string
	RoleSessionName string
	DurationSeconds *resource.Int
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

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// Limits of DurationSeconds, and what it is if not given.
const (
	minDuration     = 900
	maxDuration     = 43200
	presetDuration  = 3600
	validationError = "ValidationError"
)

// assume issues credentials of a role. They are not taken back at their
// expiration: SDKs renew them before, and nothing here depends on it.
func (s *Service) assume(ctx context.Context, in *assumeInput) (*assumeOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := s.directory.Assume(frontdoor.Caller(ctx), in.RoleArn, in.RoleSessionName)
	if err != nil {
		return nil, &frontdoor.Error{Code: "AccessDenied", Message: err.Error(), Status: 403}
	}
	keys := s.directory.Issue(p)
	duration := time.Duration(presetDuration) * time.Second
	if in.DurationSeconds != nil {
		duration = time.Duration(*in.DurationSeconds) * time.Second
	}
	return &assumeOutput{
		Credentials:     credentials{keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken, frontdoor.At(time.Now().Add(duration))},
		AssumedRoleUser: assumedUser{userID(p), p.ARN},
	}, nil
}

func (in *assumeInput) check() error {
	switch {
	case !strings.HasPrefix(in.RoleArn, "arn:aws:iam::"):
		return frontdoor.Errorf(validationError, "%s is invalid", in.RoleArn)
	case !sessionName.MatchString(in.RoleSessionName):
		return frontdoor.Errorf(validationError, "Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*, 2 to 64 characters", in.RoleSessionName)
	case in.DurationSeconds != nil && (*in.DurationSeconds < minDuration || *in.DurationSeconds > maxDuration):
		return frontdoor.Errorf(validationError, "DurationSeconds must be between %d and %d", minDuration, maxDuration)
	}
	return nil
}
