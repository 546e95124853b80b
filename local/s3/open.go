package s3

import (
	"context"
	"fmt"
	"io"
	"os"

	"eda-demo/local/frontdoor"
)

// open finds an object and opens its content.
func (s *Service) open(bucket, key string) (*object, *os.File, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, err := s.at(bucket, key)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.Open(s.files.path(o.File))
	if err != nil {
		return nil, nil, fmt.Errorf("open %s of bucket %s: %w", key, bucket, err)
	}
	return o, file, nil
}

// at returns an object; s.mu is held.
func (s *Service) at(bucket, key string) (*object, error) {
	b, err := s.find(bucket)
	if err != nil {
		return nil, err
	}
	if o := b.objects[key]; o != nil {
		return o, nil
	}
	return nil, noSuchKey(key)
}

// unlessMissing replaces the error for a missing object by the one that the
// caller may see.
func (s *Service) unlessMissing(ctx context.Context, at onObject, err error) error {
	if frontdoor.Code(err) != "NoSuchKey" {
		return err
	}
	s.mu.RLock()
	b, gone := s.find(at.Bucket)
	s.mu.RUnlock()
	if gone != nil {
		return gone
	}
	return s.missing(ctx, b, at.Key)
}

// Archive returns the file with an object's content and the object's ETag,
// for services of this process. The file must not be changed; it is removed
// once the object is replaced or deleted. The error is a *frontdoor.Error with
// the code NoSuchBucket or NoSuchKey if there is no such object.
func (s *Service) Archive(bucket, key string) (path, etag string, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, err := s.at(bucket, key)
	if err != nil {
		return "", "", err
	}
	return s.files.path(o.File), o.ETag, nil
}

// Object returns an object's content, for services of this process: at most
// limit bytes; more are an error. The error is one of Archive's if there is no
// such object.
func (s *Service) Object(bucket, key string, limit int64) ([]byte, error) {
	o, file, err := s.open(bucket, key)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if o.Size > limit {
		return nil, fmt.Errorf("%s of bucket %s has %d bytes, more than %d", key, bucket, o.Size, limit)
	}
	raw, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return nil, fmt.Errorf("read %s of bucket %s: %w", key, bucket, err)
	}
	return raw, nil
}
