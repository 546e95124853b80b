package logs

import (
	"context"
	"maps"
	"slices"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Limits of resource policies: how many there are in an account and Region,
// and the characters of one.
const (
	maxPolicies       = 10
	maxPolicyDocument = 5120
)

// resourcePolicy lets services write to log groups.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
type resourcePolicy struct {
	name     string
	document string
	parsed   *iam.Policy
	updated  time.Time
}

// newPolicy returns the resource policy with that text.
func newPolicy(name, document string) (resourcePolicy, error) {
	if name == "" || len(document) > maxPolicyDocument {
		return resourcePolicy{}, invalid("a resource policy needs a name and a document of at most %d characters", maxPolicyDocument)
	}
	parsed, err := iam.ParsePolicy([]byte(document))
	if err != nil {
		return resourcePolicy{}, invalid("policyDocument of %s: %v", name, err)
	}
	return resourcePolicy{name, document, parsed, time.Now()}, nil
}

// setPolicy sets a resource policy, unless check refuses that one of its name
// exists or does not.
func (s *Service) setPolicy(policy resourcePolicy, check func(exists bool) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, exists := s.policies[policy.name]
	if err := check(exists); err != nil {
		return err
	}
	if !exists && len(s.policies) == maxPolicies {
		return frontdoor.Errorf("LimitExceededException", "Resource limit exceeded.")
	}
	err := s.kept.Update(func(tx *store.Tx) { tx.Put(policiesKept, policy.name, keptPolicy{policy.document, policy.updated}) })
	if err != nil {
		return err
	}
	s.policies[policy.name] = policy
	s.merge()
	return nil
}

// either is the check of who sets a policy whether it exists or not.
func either(bool) error { return nil }

func (s *Service) removePolicy(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.policies[name]; !ok {
		return frontdoor.Errorf("ResourceNotFoundException", "Policy with name [%s] does not exist", name)
	}
	if err := s.kept.Update(func(tx *store.Tx) { tx.Delete(policiesKept, name) }); err != nil {
		return err
	}
	delete(s.policies, name)
	s.merge()
	return nil
}

// merge makes one policy of all; s.mu is held. The old one is replaced, not
// changed: decisions may still be using it.
func (s *Service) merge() {
	s.merged = nil
	for _, policy := range s.policies {
		if s.merged == nil {
			s.merged = &iam.Policy{}
		}
		s.merged.Statements = append(s.merged.Statements, policy.parsed.Statements...)
	}
}

type putPolicyInput struct {
	PolicyName     string `json:"policyName"`
	PolicyDocument string `json:"policyDocument"`
}

type policyDescription struct {
	PolicyName      string `json:"policyName"`
	PolicyDocument  string `json:"policyDocument"`
	LastUpdatedTime int64  `json:"lastUpdatedTime"`
}

type putPolicyOutput struct {
	ResourcePolicy policyDescription `json:"resourcePolicy"`
}

func (p resourcePolicy) describe() policyDescription {
	return policyDescription{p.name, p.document, p.updated.UnixMilli()}
}

func (s *Service) putPolicy(_ context.Context, in *putPolicyInput) (*putPolicyOutput, error) {
	policy, err := newPolicy(in.PolicyName, in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	if err := s.setPolicy(policy, either); err != nil {
		return nil, err
	}
	return &putPolicyOutput{policy.describe()}, nil
}

type describePoliciesInput struct {
	Limit     *int   `json:"limit"`
	NextToken string `json:"nextToken"`
}

type describePoliciesOutput struct {
	ResourcePolicies []policyDescription `json:"resourcePolicies"`
	NextToken        string              `json:"nextToken,omitempty"`
}

func (s *Service) describePolicies(_ context.Context, in *describePoliciesInput) (*describePoliciesOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	page, next, err := paginate(slices.Sorted(maps.Keys(s.policies)), func(name string) string { return name }, in.Limit, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &describePoliciesOutput{ResourcePolicies: []policyDescription{}, NextToken: next}
	for _, name := range page {
		out.ResourcePolicies = append(out.ResourcePolicies, s.policies[name].describe())
	}
	return out, nil
}

type deletePolicyInput struct {
	PolicyName string `json:"policyName"`
}

func (s *Service) deletePolicy(_ context.Context, in *deletePolicyInput) (*empty, error) {
	return &empty{}, s.removePolicy(in.PolicyName)
}
