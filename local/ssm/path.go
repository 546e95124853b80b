package ssm

import (
	"context"
	"strings"

	"eda-demo/local/iam"
)

type byPathInput struct {
	Path           string
	Recursive      bool
	WithDecryption bool
	MaxResults     *int
	NextToken      string
}

type byPathOutput struct {
	Parameters []value
	NextToken  string `json:",omitempty"`
}

// maxByPath is how many parameters GetParametersByPath returns at once, and
// what it returns if nothing else is said.
const maxByPath = 10

func (s *Service) byPathAccess(_ context.Context, in *byPathInput) ([]iam.Access, error) {
	if !strings.HasPrefix(in.Path, "/") || len(in.Path) > 1 && checkName(strings.TrimSuffix(in.Path, "/"), "") != nil {
		return nil, validation(`The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`)
	}
	return []iam.Access{{Action: "ssm:GetParametersByPath", Resource: s.arn(in.Path)}}, nil
}

func (s *Service) byPath(_ context.Context, in *byPathInput) (*byPathOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := s.matching(func(p *parameter) bool { return under(in.Path, p.Name, in.Recursive) })
	page, next, err := paginate(found, in.MaxResults, maxByPath, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &byPathOutput{Parameters: []value{}, NextToken: next}
	for _, p := range page {
		out.Parameters = append(out.Parameters, s.value(p, p.newest(), ""))
	}
	return out, nil
}

// under tells whether a parameter is below a path, or right below it. A name
// without a slash is right below the root.
func under(path, name string, recursive bool) bool {
	rest, ok := strings.CutPrefix("/"+strings.TrimPrefix(name, "/"), strings.TrimSuffix(path, "/")+"/")
	return ok && (recursive || !strings.Contains(rest, "/"))
}

// matching returns the parameters that fit, by name. The caller holds the lock.
func (s *Service) matching(fits func(*parameter) bool) []*parameter {
	var found []*parameter
	for _, name := range s.names() {
		if p := s.find(name); fits(p) {
			found = append(found, p)
		}
	}
	return found
}
