// Package store keeps what must outlive the process: items, messages, events
// on their way, executions. It knows nothing of what it keeps.
//
// A change is kept when Update returns: a process that is killed at any moment
// after that finds it again. (A machine that loses its power may lose the last
// changes: the file is not synced at each.) Without a folder nothing is kept,
// and nothing is encoded: services call the same functions in both cases.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// fileName is the database in the folder.
const fileName = "state.db"

// lockTimeout is how long Open waits for another process to let the file go.
const lockTimeout = time.Second

// Store is a set of buckets of keys with values. It is safe for concurrent use.
type Store struct{ db *bbolt.DB } // nil: nothing is kept

// Memory returns a store that keeps nothing.
func Memory() *Store { return &Store{} }

// Open returns the store in a folder, which is created if need be. One process
// at a time can have it.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the folder for the state: %w", err)
	}
	db, err := bbolt.Open(filepath.Join(dir, fileName), 0o600, &bbolt.Options{
		Timeout: lockTimeout, NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolt.ErrTimeout) {
		return nil, fmt.Errorf("the state in %s is in use by another runner", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open the state in %s: %w", dir, err)
	}
	return &Store{db}, nil
}

// Lasting tells whether anything is kept.
func (s *Store) Lasting() bool { return s.db != nil }

// Close ends the use of the store.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	if err := errors.Join(s.db.Sync(), s.db.Close()); err != nil {
		return fmt.Errorf("close the state: %w", err)
	}
	return nil
}

// Tx is changes that are kept together or not at all.
type Tx struct {
	tx  *bbolt.Tx // nil: nothing is kept
	err error
}

// Update makes the changes of change, all or none. Change the state in memory
// after it has returned nil, or within change as the last thing.
func (s *Store) Update(change func(*Tx)) error {
	if s.db == nil {
		change(&Tx{})
		return nil
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		t := &Tx{tx: tx}
		change(t)
		return t.err
	})
	if err != nil {
		return fmt.Errorf("keep a change: %w", err)
	}
	return nil
}

// Put sets the value of a key: bytes and json.RawMessage as they are, anything
// else as JSON. Buckets come into being with their first key.
func (t *Tx) Put(bucket, key string, value any) {
	if t.tx == nil || t.err != nil {
		return
	}
	raw, err := encode(value)
	if err == nil {
		var b *bbolt.Bucket
		if b, err = t.tx.CreateBucketIfNotExists([]byte(bucket)); err == nil {
			err = b.Put([]byte(key), raw)
		}
	}
	if err != nil {
		t.err = fmt.Errorf("%s of %s: %w", key, bucket, err)
	}
}

func encode(value any) ([]byte, error) {
	switch value := value.(type) {
	case []byte:
		return value, nil
	case json.RawMessage:
		return value, nil
	}
	return json.Marshal(value)
}

// Delete removes a key. It may be absent.
func (t *Tx) Delete(bucket, key string) {
	if t.tx == nil || t.err != nil {
		return
	}
	if b := t.tx.Bucket([]byte(bucket)); b != nil {
		if err := b.Delete([]byte(key)); err != nil {
			t.err = fmt.Errorf("delete %s of %s: %w", key, bucket, err)
		}
	}
}

// Drop removes a bucket with all its keys. It may be absent.
func (t *Tx) Drop(bucket string) {
	if t.tx == nil || t.err != nil || t.tx.Bucket([]byte(bucket)) == nil {
		return
	}
	if err := t.tx.DeleteBucket([]byte(bucket)); err != nil {
		t.err = fmt.Errorf("drop %s: %w", bucket, err)
	}
}

// Load calls each with every key of a bucket and its value, in the order of
// the keys' bytes. The value is valid during the call only. Load calls no
// Update: change what was loaded afterwards.
func (s *Store) Load(bucket string, each func(key string, value []byte) error) error {
	if s.db == nil {
		return nil
	}
	err := s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return nil
		}
		return b.ForEach(func(key, value []byte) error { return each(string(key), value) })
	})
	if err != nil {
		return fmt.Errorf("load %s: %w", bucket, err)
	}
	return nil
}

// LoadJSON is Load for values that were put as JSON of a T.
func LoadJSON[T any](s *Store, bucket string, each func(key string, value T) error) error {
	return s.Load(bucket, func(key string, raw []byte) error {
		var value T
		if err := json.Unmarshal(raw, &value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return each(key, value)
	})
}

// Sequence is a number as a key, so that keys sort as their numbers do.
func Sequence(n uint64) string { return fmt.Sprintf("%020d", n) }
