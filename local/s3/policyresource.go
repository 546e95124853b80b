package s3

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// maxPolicy is how many bytes the policy of a bucket has at most.
const maxPolicy = 20 << 10

// policyProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
type policyProperties struct {
	Bucket         string
	PolicyDocument json.RawMessage
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.putPolicy(definition, !definition.TakesUp())
}

func (s *Service) updatePolicyResource(_ context.Context, _, next resource.Definition) (resource.Instance, error) {
	return s.putPolicy(next, false)
}

// putPolicy sets the policy of a bucket, which has at most one: a new one
// replaces none.
func (s *Service) putPolicy(definition resource.Definition, isNew bool) (resource.Instance, error) {
	var p policyProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	policy, err := parsePolicy(p.Bucket, p.PolicyDocument)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("policy of bucket %s: %w", p.Bucket, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, err := s.find(p.Bucket)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("policy of bucket %s: %w", p.Bucket, err)
	}
	if isNew && before.policy != nil {
		return resource.Instance{}, fmt.Errorf("policy of bucket %s: it already exists", p.Bucket)
	}
	b := *before
	b.document, b.policy = string(p.PolicyDocument), policy
	if err := s.setBucket(&b); err != nil {
		return resource.Instance{}, fmt.Errorf("policy of bucket %s: %w", p.Bucket, err)
	}
	return resource.Instance{ID: p.Bucket}, nil
}

func (s *Service) deletePolicyResource(_ context.Context, definition resource.Definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.buckets[definition.PhysicalID]
	if before == nil || before.policy == nil {
		return nil
	}
	b := *before
	b.document, b.policy = "", nil
	if err := s.setBucket(&b); err != nil {
		return fmt.Errorf("delete the policy of bucket %s: %w", b.name, err)
	}
	return nil
}

// parsePolicy parses the policy of a bucket: it is about S3 and this bucket
// only.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
func parsePolicy(bucket string, document []byte) (*iam.Policy, error) {
	malformed := func(format string, args ...any) error { return frontdoor.Errorf("MalformedPolicy", format, args...) }
	if len(document) > maxPolicy {
		return nil, malformed("Policy is larger than %d bytes", maxPolicy)
	}
	policy, err := iam.ParseResourcePolicy(document)
	if err != nil {
		return nil, malformed("%v", err)
	}
	for _, statement := range policy.Statements {
		for _, action := range append(statement.Actions, statement.NotActions...) {
			if action != "*" && !strings.HasPrefix(action, "s3:") {
				return nil, malformed("Policy has invalid action: %s", action)
			}
		}
		resources := append(statement.Resources, statement.NotResources...)
		if len(resources) == 0 {
			return nil, malformed("Missing required field Resource")
		}
		for _, arn := range resources {
			if rest, ok := strings.CutPrefix(arn, bucketARN(bucket)); !ok || rest != "" && rest[0] != '/' && rest[0] != '*' {
				return nil, malformed("Policy has invalid resource: %s", arn)
			}
		}
	}
	return policy, nil
}
