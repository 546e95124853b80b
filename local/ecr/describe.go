package ecr

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

type describeInput struct {
	RegistryID      string   `json:"registryId"`
	RepositoryNames []string `json:"repositoryNames"`
	MaxResults      *int     `json:"maxResults"`
	NextToken       string   `json:"nextToken"`
}

type describeOutput struct {
	Repositories []description `json:"repositories"`
	NextToken    string        `json:"nextToken,omitempty"`
}

// description is a repository in answers.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html
type description struct {
	ARN           string              `json:"repositoryArn"`
	RegistryID    string              `json:"registryId"`
	Name          string              `json:"repositoryName"`
	URI           string              `json:"repositoryUri"`
	Created       frontdoor.Timestamp `json:"createdAt"`
	TagMutability string              `json:"imageTagMutability"`
	Scanning      scanning            `json:"imageScanningConfiguration"`
	Encryption    encryption          `json:"encryptionConfiguration"`
}

type scanning struct {
	ScanOnPush bool `json:"scanOnPush"`
}

type encryption struct {
	Type string `json:"encryptionType"`
}

// Limits of DescribeRepositories.
const (
	maxNames      = 100
	maxResults    = 1000
	presetResults = 100
)

func (s *Service) describeAccess(_ context.Context, in *describeInput) ([]iam.Access, error) {
	const action = "ecr:DescribeRepositories"
	if len(in.RepositoryNames) > maxNames {
		return nil, invalid("Invalid parameter at 'repositoryNames' failed to satisfy constraint: 'Member must have length less than or equal to %d'", maxNames)
	}
	if len(in.RepositoryNames) == 0 {
		return []iam.Access{{Action: action, Resource: s.arn("*")}}, nil
	}
	var accesses []iam.Access
	for _, name := range in.RepositoryNames {
		accesses = append(accesses, iam.Access{Action: action, Resource: s.arn(name)})
	}
	return accesses, nil
}

func (s *Service) describe(_ context.Context, in *describeInput) (*describeOutput, error) {
	if in.RegistryID != "" && in.RegistryID != s.Account {
		return nil, frontdoor.Errorf("RegistryIdNotFound", "The registry with id '%s' does not exist", in.RegistryID)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(in.RepositoryNames) > 0 {
		if in.MaxResults != nil || in.NextToken != "" {
			return nil, invalid("Invalid parameter: 'maxResults' and 'nextToken' can't be used with 'repositoryNames'")
		}
		return s.describeNamed(in.RepositoryNames)
	}
	return s.describePage(in)
}

func (s *Service) describeNamed(names []string) (*describeOutput, error) {
	out := &describeOutput{Repositories: []description{}}
	for _, name := range names {
		r, ok := s.repositories[name]
		if !ok {
			return nil, s.notFound(name)
		}
		out.Repositories = append(out.Repositories, s.description(r))
	}
	return out, nil
}

func (s *Service) describePage(in *describeInput) (*describeOutput, error) {
	limit := presetResults
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	if limit < 1 || limit > maxResults {
		return nil, invalid("Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value from 1 to %d'", maxResults)
	}
	after, err := base64.RawURLEncoding.DecodeString(in.NextToken)
	if err != nil {
		return nil, invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'")
	}
	out := &describeOutput{Repositories: []description{}}
	for _, name := range slices.Sorted(maps.Keys(s.repositories)) {
		if name <= string(after) && in.NextToken != "" {
			continue
		}
		if len(out.Repositories) == limit {
			last := out.Repositories[limit-1].Name
			out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(last))
			break
		}
		out.Repositories = append(out.Repositories, s.description(s.repositories[name]))
	}
	return out, nil
}

func (s *Service) description(r repository) description {
	return description{
		ARN: s.arn(r.Name), RegistryID: s.Account, Name: r.Name, URI: s.uri(r.Name), Created: frontdoor.At(r.Created),
		TagMutability: r.TagMutability, Scanning: scanning{r.ScanOnPush}, Encryption: encryption{"AES256"},
	}
}

func (s *Service) notFound(name string) error {
	return frontdoor.Errorf("RepositoryNotFoundException", "The repository with name '%s' does not exist in the registry with id '%s'", name, s.Account)
}

func invalid(format string, args ...any) error {
	return frontdoor.Errorf("InvalidParameterException", format, args...)
}
