package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"eda-demo/local/store"
)

type putObjectInput struct {
	onObject
	description
	placement
	condition
	Body io.Reader `json:"-" body:"-"`
}

// condition is what has to hold of the object that a new one replaces.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
type condition struct {
	IfMatch     string `header:"If-Match"`
	IfNoneMatch string `header:"If-None-Match"`
}

// check refuses a condition that can't be decided.
func (c *condition) check() error {
	if c.IfNoneMatch != "" && c.IfNoneMatch != "*" || c.IfMatch != "" && c.IfNoneMatch != "" {
		return invalidArgument("Of conditions on writing, If-Match with an ETag or If-None-Match with * is supported.")
	}
	return nil
}

// holds tells by an error that it does not; before is nil if there is none.
func (c *condition) holds(before *object, key string) error {
	switch {
	case c.IfNoneMatch != "" && before != nil:
		return preconditionFailed("If-None-Match")
	case c.IfMatch != "" && before == nil:
		return noSuchKey(key)
	case c.IfMatch != "" && !matchesETag(c.IfMatch, before.ETag):
		return preconditionFailed("If-Match")
	}
	return nil
}

// storedOutput tells of an object or a part that was stored.
type storedOutput struct {
	ETag       string            `header:"ETag"`
	Encryption string            `json:"ServerSideEncryption" header:"x-amz-server-side-encryption"`
	Checksum   map[string]string `headers:"x-amz-checksum-"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
func (s *Service) putObject(_ context.Context, in *putObjectInput) (*storedOutput, error) {
	set, err := s.settingsOf(in.Bucket)
	if err != nil {
		return nil, err
	}
	encryption, err := encryptionOf(in.Encryption, in.KMSKey, set)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(in.description.check(), in.placement.check(), in.condition.check()); err != nil {
		return nil, err
	}
	written, sum, err := s.receive(in.Body)
	if err != nil {
		return nil, err
	}
	o := &object{
		File: written.file, Size: written.size, ETag: etag(written.md5), Modified: time.Now().UTC().Truncate(time.Second),
		Checksum: sum, Encryption: encryption, description: in.description,
	}
	if err := s.putIn(in.onObject, o, in.condition, nil); err != nil {
		s.drop(o.File)
		return nil, err
	}
	return &storedOutput{o.ETag, o.Encryption, o.Checksum.headers()}, nil
}

// receive writes a body to a file, if it is what its headers say.
func (s *Service) receive(body io.Reader) (content, checksum, error) {
	p, ok := body.(*payload)
	if !ok || p.length < 0 {
		return content{}, checksum{}, missingLength()
	}
	written, err := s.files.write(p)
	if err != nil {
		return content{}, checksum{}, err
	}
	return written, p.checksum(), nil
}

// putIn makes an object visible, along with other changes in the store.
func (s *Service) putIn(at onObject, o *object, c condition, along func(*store.Tx)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.find(at.Bucket)
	if err != nil {
		return err
	}
	before := b.objects[at.Key]
	if err := c.holds(before, at.Key); err != nil {
		return err
	}
	err = s.Store.Update(func(tx *store.Tx) {
		tx.Put(objectsKept+b.name, at.Key, o)
		if along != nil {
			along(tx)
		}
	})
	if err != nil {
		return fmt.Errorf("put %s in bucket %s: %w", at.Key, at.Bucket, err)
	}
	b.objects[at.Key] = o
	if before != nil {
		s.drop(before.File)
	}
	if s.Stored != nil {
		s.Stored(at.Bucket, at.Key)
	}
	return nil
}
