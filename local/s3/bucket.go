package s3

import (
	"context"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// namespace is that of S3's documents.
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// bucket is a bucket; Service.mu guards it.
type bucket struct {
	name    string
	created time.Time
	// preset: it comes with the account, and nobody has created it yet.
	preset   bool
	settings settings
	document string      // of the policy; "" if there is none
	policy   *iam.Policy // replaced, never changed
	objects  map[string]*object
}

// find returns a bucket; s.mu is held.
func (s *Service) find(name string) (*bucket, error) {
	if b := s.buckets[name]; b != nil {
		return b, nil
	}
	return nil, noSuchBucket(name)
}

type createBucketInput struct {
	onBucket
	ACL           string              `header:"x-amz-acl"`
	Configuration bucketConfiguration `json:"CreateBucketConfiguration" body:"CreateBucketConfiguration"`
}

type bucketConfiguration struct{ LocationConstraint string }

type createBucketOutput struct {
	Location string `header:"Location"`
}

func (s *Service) createBucketAccess(_ context.Context, in *createBucketInput) ([]iam.Access, error) {
	if err := checkBucketName(in.Bucket); err != nil {
		return nil, err
	}
	return []iam.Access{{Action: "s3:CreateBucket", Resource: bucketARN(in.Bucket), Keys: map[string][]string{"aws:RequestedRegion": {s.Region}}}}, nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
func (s *Service) createBucket(_ context.Context, in *createBucketInput) (*createBucketOutput, error) {
	if err := checkACL(in.ACL); err != nil {
		return nil, err
	}
	if where := in.Configuration.LocationConstraint; where != "" && where != s.Region || where == "" && s.Region != globalRegion {
		return nil, frontdoor.Errorf("IllegalLocationConstraintException", "The %s location constraint is incompatible for the region specific endpoint this request was sent to.", locationName(where))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &createBucketOutput{"/" + in.Bucket}
	if s.buckets[in.Bucket] != nil {
		if s.Region == globalRegion {
			return out, nil // there, creating one's bucket again is no error
		}
		return nil, &frontdoor.Error{
			Code: "BucketAlreadyOwnedByYou", Status: http.StatusConflict,
			Message: "Your previous request to create the named bucket succeeded and you already own it.",
		}
	}
	return out, s.setBucket(newBucket(in.Bucket))
}

// globalRegion is the Region of buckets that are in none.
const globalRegion = "us-east-1"

func locationName(constraint string) string {
	if constraint == "" {
		return "unspecified"
	}
	return constraint
}

func newBucket(name string) *bucket {
	return &bucket{name: name, created: time.Now().UTC(), settings: defaultSettings(), objects: map[string]*object{}}
}

// setBucket stores a new or changed bucket; s.mu is held.
func (s *Service) setBucket(b *bucket) error {
	if err := s.Store.Update(func(tx *store.Tx) { tx.Put(bucketsKept, b.name, b.record()) }); err != nil {
		return err
	}
	s.buckets[b.name] = b
	return nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
func (s *Service) deleteBucket(_ context.Context, in *onBucket) (*empty, error) {
	return &empty{}, s.removeBucket(in.Bucket)
}

// removeBucket deletes a bucket without objects, with uploads into it. The
// preset one is there again at once.
func (s *Service) removeBucket(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.find(name)
	if err != nil {
		return err
	}
	if len(b.objects) > 0 {
		return &frontdoor.Error{
			Code: "BucketNotEmpty", Message: "The bucket you tried to delete is not empty", Status: http.StatusConflict,
			Members: map[string]any{"BucketName": name},
		}
	}
	var uploads []*upload
	for _, u := range s.uploads {
		if u.Bucket == name {
			uploads = append(uploads, u)
		}
	}
	after := s.presetBucket(name)
	err = s.Store.Update(func(tx *store.Tx) {
		tx.Delete(bucketsKept, name)
		if after != nil {
			tx.Put(bucketsKept, name, after.record())
		}
		for _, u := range uploads {
			u.erase(tx)
		}
	})
	if err != nil {
		return err
	}
	delete(s.buckets, name)
	if after != nil {
		s.buckets[name] = after
	}
	for _, u := range uploads {
		s.forget(u)
	}
	return nil
}

type headBucketOutput struct {
	BucketRegion string `header:"x-amz-bucket-region"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
func (s *Service) headBucket(context.Context, *onBucket) (*headBucketOutput, error) {
	return &headBucketOutput{s.Region}, nil
}

type owner struct {
	ID          string
	DisplayName string
}

func (s *Service) owner() owner { return owner{s.Account, s.Account} }

type listBucketsOutput struct {
	XMLName xml.Name      `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	Owner   owner         `xml:"Owner"`
	Buckets []bucketEntry `xml:"Buckets>Bucket"`
}

type bucketEntry struct {
	Name         string
	CreationDate string
}

func (s *Service) listBucketsAccess(context.Context, *empty) ([]iam.Access, error) {
	return []iam.Access{{Action: "s3:ListAllMyBuckets", Resource: bucketARN("*")}}, nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
func (s *Service) listBuckets(context.Context, *empty) (*listBucketsOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := &listBucketsOutput{Owner: s.owner()}
	for _, name := range slices.Sorted(maps.Keys(s.buckets)) {
		out.Buckets = append(out.Buckets, bucketEntry{name, xmlTime(s.buckets[name].created)})
	}
	return out, nil
}

// xmlTime writes a time as S3's documents do.
func xmlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
