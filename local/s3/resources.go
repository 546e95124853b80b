package s3

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of S3.
func (s *Service) Resources() map[string]resource.Type {
	bucket := resource.Schema{NotEmpty: []string{"BucketName"}, Name: "BucketName", Immutable: []string{"BucketName"}}
	policy := resource.Schema{Required: []string{"Bucket", "PolicyDocument"}, NotEmpty: []string{"Bucket"}, Immutable: []string{"Bucket"}}
	return map[string]resource.Type{
		"AWS::S3::Bucket":       bucket.Type(s.createBucketResource, s.updateBucketResource, s.deleteBucketResource),
		"AWS::S3::BucketPolicy": policy.Type(s.createPolicyResource, s.updatePolicyResource, s.deletePolicyResource),
	}
}

// createBucketResource creates a bucket, or takes the preset one over with what
// is in it: a template that bootstraps the account does not find it taken.
func (s *Service) createBucketResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	set, name, err := bucketSettings(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := newBucket(name)
	if before := s.buckets[name]; before != nil {
		if !definition.TakesUp() && !before.preset {
			return resource.Instance{}, fmt.Errorf("create bucket %s: it already exists", name)
		}
		*b = *before
	}
	b.preset, b.settings = false, set.settings(b.settings)
	if err := s.setBucket(b); err != nil {
		return resource.Instance{}, fmt.Errorf("create bucket %s: %w", name, err)
	}
	return s.instance(name), nil
}

func (s *Service) updateBucketResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	set, name, err := bucketSettings(next)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, err := s.find(name)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update bucket %s: %w", name, err)
	}
	b := *before
	b.settings = set.settings(b.settings)
	if err := s.setBucket(&b); err != nil {
		return resource.Instance{}, fmt.Errorf("update bucket %s: %w", name, err)
	}
	return s.instance(name), nil
}

func (s *Service) deleteBucketResource(_ context.Context, definition resource.Definition) error {
	s.mu.RLock()
	b := s.buckets[definition.PhysicalID]
	gone := b == nil || b.preset // the preset one is nobody's
	s.mu.RUnlock()
	if gone {
		return nil
	}
	if err := s.removeBucket(definition.PhysicalID); err != nil {
		return fmt.Errorf("delete bucket %s: %w", definition.PhysicalID, err)
	}
	return nil
}

// bucketSettings reads a definition, and the name that the bucket has or gets.
func bucketSettings(definition resource.Definition) (*bucketProperties, string, error) {
	p := &bucketProperties{}
	if err := definition.Decode(p); err != nil {
		return nil, "", err
	}
	name := definition.PhysicalID
	if name == "" {
		name = p.BucketName
	}
	if name == "" {
		name = strings.ToLower(definition.Name(63))
	}
	if err := errors.Join(checkBucketName(name), p.check()); err != nil {
		return nil, "", fmt.Errorf("bucket %s: %w", name, err)
	}
	return p, name, nil
}

// instance returns what the template can refer to.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html#aws-resource-s3-bucket-return-values
func (s *Service) instance(name string) resource.Instance {
	return resource.Instance{ID: name, Attributes: map[string]any{
		"Arn":                 bucketARN(name),
		"DomainName":          name + ".s3.amazonaws.com",
		"RegionalDomainName":  name + ".s3." + s.Region + ".amazonaws.com",
		"DualStackDomainName": name + ".s3.dualstack." + s.Region + ".amazonaws.com",
		"WebsiteURL":          "http://" + name + ".s3-website-" + s.Region + ".amazonaws.com",
	}}
}
