package dynamodb

import (
	"errors"
	"fmt"
	"time"

	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/dynamodb/table"
)

// sweep deletes what time has made obsolete: the expired items of all tables, old stream records in the store, and
// streams that were disabled so long ago that they are empty.
func (r *registry) sweep(now time.Time) error {
	var failures []error
	for _, name := range r.names() {
		if d := r.find(name); d != nil && d.settings.TTL != "" {
			failures = append(failures, unlessRemoved(d.Expire(d.settings.TTL, now)))
		}
	}
	for _, log := range r.streamsOf("") {
		if log.Gone(now) {
			failures = append(failures, r.forget(log))
		} else {
			failures = append(failures, log.Sweep(r.store, now))
		}
	}
	return errors.Join(failures...)
}

// unlessRemoved is err, unless that is of a table that was deleted meanwhile.
func unlessRemoved(err error) error {
	if errors.Is(err, table.ErrRemoved) {
		return nil
	}
	return err
}

// forgetStreams removes the streams of a table that was deleted, though their records are not too old yet.
func (r *registry) forgetStreams(tableName string) error {
	var failures []error
	for _, log := range r.streamsOf(tableName) {
		if log.Closed() {
			failures = append(failures, r.forget(log))
		}
	}
	return errors.Join(failures...)
}

func (r *registry) forget(log *stream.Stream) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.store.Update(log.Remove); err != nil {
		return fmt.Errorf("remove stream %s: %w", log.ARN, err)
	}
	delete(r.streams, log.ARN)
	return nil
}
