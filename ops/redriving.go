package main

import (
	"context"
	"fmt"
	"time"
)

// redriving is the work on one queue.
type redriving struct {
	*queue
	console
	outcome
	started time.Time // a whole millisecond: later messages are not sent before it
	limit   int
	kept    []message // to be released at the end
}

// run puts messages back until there are none that were there at the start. A
// message that comes later is one that failed again, perhaps: it would go round
// and round. (SQS's clock counts: one that is ahead only leaves some for the
// next time.)
func (r *redriving) run(ctx context.Context) (err error) {
	if r.moves {
		return fmt.Errorf("queue %s has a redrive policy of its own: leave it to SQS", r.name)
	}
	defer func() {
		if released := r.release(ctx, r.kept); err == nil {
			err = released
		}
	}()
	ids := map[string]bool{}
	for r.done+r.failed < r.limit {
		received, err := r.receive(ctx, r.limit-r.done-r.failed)
		if err != nil {
			return err
		}
		fresh := 0
		for i, m := range received {
			if ctx.Err() != nil {
				r.kept = append(r.kept, received[i:]...)
				return ctx.Err()
			}
			if !ids[m.id] && m.sent.Before(r.started) {
				fresh++
				r.one(ctx, m)
			} else {
				r.keep(ids, m)
			}
			ids[m.id] = true
		}
		if fresh == 0 {
			return nil
		}
	}
	return nil
}

// keep leaves a message for another time.
func (r *redriving) keep(ids map[string]bool, m message) {
	if !ids[m.id] {
		r.later++
	}
	r.kept = append(r.kept, m)
}

// one puts a message back and deletes it.
func (r *redriving) one(ctx context.Context, m message) {
	err := m.putBack(ctx, r.account)
	if err != nil {
		r.kept = append(r.kept, m)
	} else {
		err = r.remove(ctx, m)
	}
	became := "put back"
	if err != nil {
		r.failed++
		became = "FAILED: " + printable(err.Error())
	} else {
		r.done++
	}
	fmt.Fprintf(r.out, "%s  %s  %s: %s\n", r.name, printable(m.what()), printable(m.where()), became)
}
