package s3

import (
	"fmt"
	"strconv"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Buckets of the store: S3's buckets by name, for each its objects by key;
// uploads by id, for each its parts by number.
const (
	bucketsKept = "s3/buckets"
	objectsKept = "s3/objects/"
	uploadsKept = "s3/uploads"
	partsKept   = "s3/parts/"
)

// keptBucket is a bucket in the store.
type keptBucket struct {
	Created  time.Time
	Preset   bool `json:",omitempty"`
	Settings settings
	Policy   string `json:",omitempty"`
}

func (b *bucket) record() keptBucket {
	return keptBucket{b.created, b.preset, b.settings, b.document}
}

// load takes over what an earlier run has left, and removes files that nothing
// refers to.
func (s *Service) load() error {
	if err := s.loadBuckets(); err != nil {
		return err
	}
	if err := s.loadUploads(); err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, b := range s.buckets {
		for _, o := range b.objects {
			kept[o.File] = true
		}
	}
	for _, u := range s.uploads {
		for _, p := range u.parts {
			kept[p.File] = true
		}
	}
	return s.files.clean(kept)
}

func (s *Service) loadBuckets() error {
	err := store.LoadJSON(s.Store, bucketsKept, func(name string, k keptBucket) error {
		b := &bucket{name: name, created: k.Created, preset: k.Preset, settings: k.Settings, objects: map[string]*object{}}
		if k.Policy != "" {
			policy, err := iam.ParseResourcePolicy([]byte(k.Policy))
			if err != nil {
				return fmt.Errorf("policy of bucket %s: %w", name, err)
			}
			b.document, b.policy = k.Policy, policy
		}
		s.buckets[name] = b
		return nil
	})
	if err != nil {
		return err
	}
	for _, b := range s.buckets {
		if err := s.loadObjects(b); err != nil {
			return err
		}
	}
	return nil
}

// loadObjects leaves out objects whose file is not there any more: somebody
// has changed the folder.
func (s *Service) loadObjects(b *bucket) error {
	var lost []string
	err := store.LoadJSON(s.Store, objectsKept+b.name, func(key string, o *object) error {
		if !s.files.has(o.File, o.Size) {
			lost = append(lost, key)
			return nil
		}
		b.objects[key] = o
		return nil
	})
	if err != nil || len(lost) == 0 {
		return err
	}
	s.Log.Warn("objects have lost their content", "bucket", b.name, "keys", lost)
	return s.Store.Update(func(tx *store.Tx) {
		for _, key := range lost {
			tx.Delete(objectsKept+b.name, key)
		}
	})
}

func (s *Service) loadUploads() error {
	var stale []*upload
	err := store.LoadJSON(s.Store, uploadsKept, func(id string, u *upload) error {
		if time.Since(u.Begun) > staleUpload {
			stale = append(stale, u)
			return nil
		}
		u.parts = map[int]*part{}
		s.uploads[id] = u
		return nil
	})
	if err != nil {
		return err
	}
	for _, u := range s.uploads {
		if err := s.loadParts(u); err != nil {
			return err
		}
	}
	return s.Store.Update(func(tx *store.Tx) {
		for _, u := range stale {
			u.erase(tx)
		}
	})
}

// loadParts leaves out parts whose file is not there: the client is told so
// when it completes the upload.
func (s *Service) loadParts(u *upload) error {
	return store.LoadJSON(s.Store, partsKept+u.ID, func(key string, p *part) error {
		number, err := strconv.Atoi(key)
		if err != nil {
			return fmt.Errorf("number of a part of upload %s: %w", u.ID, err)
		}
		if s.files.has(p.File, p.Size) {
			u.parts[number] = p
		}
		return nil
	})
}
