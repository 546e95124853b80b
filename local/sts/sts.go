// Package sts stands in for AWS STS: who a caller is, and credentials for
// roles that trust the caller. Roles and credentials are owned by package iam.
//
// API reference: https://docs.aws.amazon.com/STS/latest/APIReference/
package sts

import (
	"context"

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
	return &callerOutput{Arn: p.ARN, UserId: s.userID(p), Account: p.Account}, nil
}

// userID is the unique id of a role with the name of the session; for others
// it is made of the name, which is unique here.
func (s *Service) userID(p iam.Principal) string {
	if p.Kind != iam.RoleSession {
		return "AIDA-" + iam.RoleName(p.ARN)
	}
	return s.directory.RoleID(p.RoleARN) + ":" + iam.RoleName(p.ARN)
}
