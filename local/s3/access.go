package s3

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// onBucket is the members that every input has.
type onBucket struct {
	Bucket string
	// Owner is the account that the caller takes for the bucket's owner.
	Owner string `json:"ExpectedBucketOwner" header:"x-amz-expected-bucket-owner"`
}

// onObject is the members of inputs about one object.
type onObject struct {
	onBucket
	Key string
}

func (o *onBucket) place() onBucket { return *o }
func (o *onObject) object() string  { return o.Key }

func bucketARN(name string) string { return "arn:aws:s3:::" + name }

func objectARN(bucket, key string) string { return bucketARN(bucket) + "/" + key }

// onBucketAccess returns the access function of an operation on one bucket,
// which has to exist. The bucket's policy decides beside the caller's own.
func onBucketAccess[In any, P interface {
	*In
	place() onBucket
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		at := P(in).place()
		return s.accessTo(at, action, bucketARN(at.Bucket))
	}
}

// onObjectAccess is the same for an operation on one object.
func onObjectAccess[In any, P interface {
	*In
	place() onBucket
	object() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		at, key := P(in).place(), P(in).object()
		if err := checkKey(key); err != nil {
			return nil, err
		}
		return s.accessTo(at, action, objectARN(at.Bucket, key))
	}
}

func (s *Service) accessTo(at onBucket, action, arn string) ([]iam.Access, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.find(at.Bucket)
	if err != nil {
		return nil, err
	}
	if at.Owner != "" && at.Owner != s.Account {
		return nil, accessDenied()
	}
	return []iam.Access{s.access(b, action, arn)}, nil
}

func (s *Service) access(b *bucket, action, arn string) iam.Access {
	return iam.Access{
		Action: action, Resource: arn, ResourcePolicy: b.policy,
		Keys: map[string][]string{"aws:RequestedRegion": {s.Region}},
	}
}

// inBucket makes sure that the bucket is there, for an operation that is
// authorized object by object.
func (s *Service) inBucket(_ context.Context, in *deleteObjectsInput) ([]iam.Access, error) {
	_, err := s.accessTo(in.onBucket, "s3:DeleteObject", bucketARN(in.Bucket))
	return nil, err
}

// missing is the error for an object that is not there. Only who may list the
// bucket is told so.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
func (s *Service) missing(ctx context.Context, b *bucket, key string) error {
	if err := s.Door.Authorize(frontdoor.Caller(ctx), "s3", s.access(b, "s3:ListBucket", bucketARN(b.name))); err != nil {
		return err
	}
	return noSuchKey(key)
}
