package s3

import (
	"context"
	"encoding/xml"
	"errors"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// maxDeletes is how many objects one request deletes at most.
const maxDeletes = 1000

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
func (s *Service) deleteObject(_ context.Context, in *onObject) (*empty, error) {
	return &empty{}, s.erase(in.Bucket, []string{in.Key})
}

// erase deletes objects. Those that are not there are no error.
func (s *Service) erase(bucket string, keys []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.find(bucket)
	if err != nil {
		return err
	}
	err = s.Store.Update(func(tx *store.Tx) {
		for _, key := range keys {
			tx.Delete(objectsKept+bucket, key)
		}
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if o := b.objects[key]; o != nil {
			delete(b.objects, key)
			s.drop(o.File)
		}
	}
	return nil
}

type deleteObjectsInput struct {
	onBucket
	ContentMD5 string            `header:"Content-MD5"`
	Checksum   map[string]string `headers:"x-amz-checksum-"`
	Delete     deletion          `body:"Delete"`
}

type deletion struct {
	Object []struct{ Key string }
	Quiet  bool
}

type deleteObjectsOutput struct {
	XMLName xml.Name         `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedObject  `json:",omitempty"`
	Errors  []deletionFailed `json:",omitempty" xml:"Error"`
}

type deletedObject struct{ Key string }

type deletionFailed struct{ Key, Code, Message string }

// deleteObjects decides for each object whether it may be deleted, and deletes
// those that may.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (s *Service) deleteObjects(ctx context.Context, in *deleteObjectsInput) (*deleteObjectsOutput, error) {
	if in.ContentMD5 == "" && len(in.Checksum) == 0 {
		return nil, invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	if len(in.Delete.Object) == 0 || len(in.Delete.Object) > maxDeletes {
		return nil, frontdoor.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: from 1 to %d objects are expected", maxDeletes)
	}
	out := &deleteObjectsOutput{}
	var keys []string
	for _, o := range in.Delete.Object {
		if err := s.mayDelete(ctx, in.Bucket, o.Key); err != nil {
			var known *frontdoor.Error
			if !errors.As(err, &known) {
				return nil, err
			}
			out.Errors = append(out.Errors, deletionFailed{o.Key, known.Code, known.Message})
			continue
		}
		keys = append(keys, o.Key)
		if !in.Delete.Quiet {
			out.Deleted = append(out.Deleted, deletedObject{o.Key})
		}
	}
	return out, s.erase(in.Bucket, keys)
}

func (s *Service) mayDelete(ctx context.Context, bucket, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	s.mu.RLock()
	b, err := s.find(bucket)
	if err != nil {
		s.mu.RUnlock()
		return err
	}
	access := s.access(b, "s3:DeleteObject", objectARN(bucket, key))
	s.mu.RUnlock()
	return s.Door.Authorize(frontdoor.Caller(ctx), "s3", access)
}
