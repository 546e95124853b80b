package lambda

import (
	"context"
	"errors"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// publishInput is the input of PublishVersion.
// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
type publishInput struct {
	FunctionName string
	CodeSha256   string
	Description  string
	RevisionID   string `json:"RevisionId"`
}

func (s *Service) publishAccess(_ context.Context, in *publishInput) ([]iam.Access, error) {
	return s.accessTo("lambda:PublishVersion", in.FunctionName, "")
}

// publishVersion publishes a function as it is now; if it has not changed since
// the last version, that one is the answer.
func (s *Service) publishVersion(_ context.Context, in *publishInput) (*configuration, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	if err := f.checkRevision(in.RevisionID); err != nil {
		return nil, err
	}
	v, err := s.publish(f, 0, in.Description, in.CodeSha256)
	if same, ok := errors.AsType[errUnchanged](err); ok {
		v, err = same.version, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := v.now().describe()
	return &c, err
}

// listOfInput is the input of operations that list what a function has. All is
// in one answer.
type listOfInput struct {
	FunctionName    string
	FunctionVersion string // of ListAliases
	Marker          string
	MaxItems        int
}

func (s *Service) listOfAccess(action string) func(context.Context, *listOfInput) ([]iam.Access, error) {
	return func(_ context.Context, in *listOfInput) ([]iam.Access, error) {
		return s.accessTo(action, in.FunctionName, "")
	}
}

type listVersionsOutput struct{ Versions []configuration }

func (s *Service) listVersions(_ context.Context, in *listOfInput) (*listVersionsOutput, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	out := &listVersionsOutput{}
	for _, v := range s.state.versionsOf(f) {
		c, err := v.now().describe()
		if err != nil {
			return nil, err
		}
		c.FunctionArn = v.arn()
		out.Versions = append(out.Versions, c)
	}
	return out, nil
}

// aliasOutput describes an alias.
// https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html
type aliasOutput struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RevisionID      string `json:"RevisionId"`
}

func (a *alias) describe() aliasOutput {
	return aliasOutput{a.arn(), a.name, a.version.name, a.description, a.id}
}

type listAliasesOutput struct{ Aliases []aliasOutput }

func (s *Service) listAliases(_ context.Context, in *listOfInput) (*listAliasesOutput, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	out := &listAliasesOutput{Aliases: []aliasOutput{}}
	for _, a := range s.state.aliasesOf(f) {
		if in.FunctionVersion == "" || in.FunctionVersion == a.version.name {
			out.Aliases = append(out.Aliases, a.describe())
		}
	}
	return out, nil
}

type onAlias struct{ FunctionName, Name string }

func (s *Service) aliasAccess(action string) func(context.Context, *onAlias) ([]iam.Access, error) {
	return func(_ context.Context, in *onAlias) ([]iam.Access, error) {
		return s.accessTo(action, in.FunctionName, "")
	}
}

func (s *Service) getAlias(_ context.Context, in *onAlias) (*aliasOutput, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	a := s.state.alias(f, in.Name)
	if a == nil {
		return nil, noAlias(f, in.Name)
	}
	out := a.describe()
	return &out, nil
}

// updateAliasInput is the input of UpdateAlias. What is absent stays as it is;
// RoutingConfig, which would split the traffic, is not supported.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
type updateAliasInput struct {
	FunctionName    string
	Name            string
	FunctionVersion *string
	Description     *string
	RevisionID      string `json:"RevisionId"`
}

func (s *Service) updateAliasAccess(_ context.Context, in *updateAliasInput) ([]iam.Access, error) {
	return s.accessTo("lambda:UpdateAlias", in.FunctionName, "")
}

// updateAliasTo leads an alias elsewhere until its template does. It is not
// kept: after a restart the alias is what its template says.
func (s *Service) updateAliasTo(_ context.Context, in *updateAliasInput) (*aliasOutput, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	if a := s.state.alias(f, in.Name); a != nil && in.RevisionID != "" && in.RevisionID != a.id {
		return nil, otherRevision()
	}
	if in.Description != nil && len(*in.Description) > maxDescription {
		return nil, frontdoor.Errorf("ValidationException", "Description has more than %d characters", maxDescription)
	}
	a, err := s.state.changeAlias(f, in.Name, in.FunctionVersion, in.Description)
	if err != nil {
		return nil, err
	}
	out := a.describe()
	return &out, nil
}
