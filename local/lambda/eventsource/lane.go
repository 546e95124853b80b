package eventsource

import (
	"context"
	"sync"
	"time"
)

// lane has the function handle records one batch after the other. The reader
// fills it while the function is at work, so that a batch has all that has
// come meanwhile.
type lane struct {
	*Stream
	shard    string
	progress *progress

	mu      sync.Mutex
	waiting []record
	ended   bool
	arrived chan struct{} // of capacity 1: records were added, or it has ended
	room    chan struct{} // of capacity 1: records were taken
}

// readAhead is how many records wait in a lane at most, if batches are not
// larger.
const readAhead = 1000

func newLane(s *Stream, shard string, done *progress) *lane {
	return &lane{Stream: s, shard: shard, progress: done, arrived: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// add appends records as soon as there is room; false if ctx is done first.
func (l *lane) add(ctx context.Context, records []record) bool {
	for !l.tryAdd(records) {
		select {
		case <-l.room:
		case <-ctx.Done():
			return false
		}
	}
	signal(l.arrived)
	return true
}

func (l *lane) tryAdd(records []record) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= max(readAhead, int(l.Settings.BatchSize)) {
		return false
	}
	l.waiting = append(l.waiting, records...)
	return true
}

// end tells that no more records come.
func (l *lane) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	signal(l.arrived)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // there is a signal already
	}
}

func (l *lane) run(ctx context.Context) {
	for {
		batch := l.collect(ctx)
		if len(batch) == 0 {
			return
		}
		l.handle(ctx, batch)
	}
}

// collect waits for a first record and returns it with what else there is, or
// comes within the batching window, up to the size of a batch. It returns
// nothing when the lane is to end.
func (l *lane) collect(ctx context.Context) []record {
	for l.isShort(1) {
		select {
		case <-l.arrived:
		case <-ctx.Done():
			return nil
		}
	}
	if l.Settings.window() > 0 {
		window := time.NewTimer(l.Settings.window())
		defer window.Stop()
		for open := true; open && l.isShort(int(l.Settings.BatchSize)); {
			select {
			case <-l.arrived:
			case <-window.C:
				open = false
			case <-ctx.Done():
				return nil
			}
		}
	}
	return l.cut()
}

// isShort tells whether fewer records wait than are wanted and more may come.
func (l *lane) isShort(wanted int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting) < wanted && !l.ended
}

// cut takes a batch from what is waiting: one that is neither too long nor
// too large.
func (l *lane) cut() []record {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer signal(l.room)
	size, end := 0, 0
	for end < len(l.waiting) && end < int(l.Settings.BatchSize) {
		size += len(l.waiting[end].json) + 1
		if end > 0 && size > maxPayload-len(`{"Records":[]}`) {
			break
		}
		end++
	}
	batch := l.waiting[:end:end]
	l.waiting = l.waiting[end:]
	return batch
}

// work is a batch, or a part of one, that is to be handled.
type work struct {
	records   []record
	failures  int // since the first record became the first
	throttles int
	invoked   int
}

// handle sees a batch through: when it returns, each record is handled or
// discarded, or ctx is done.
func (l *lane) handle(ctx context.Context, batch []record) {
	todo := []work{{records: batch}}
	for len(todo) > 0 && ctx.Err() == nil {
		first := todo[0]
		left := l.attempt(ctx, first)
		if ctx.Err() == nil { // else records may be discarded and that not be told
			l.progress.end(first.records[:len(first.records)-count(left)])
		}
		todo = append(left, todo[1:]...)
	}
}

func count(all []work) int {
	sum := 0
	for _, w := range all {
		sum += len(w.records)
	}
	return sum
}

// attempt has the function handle records once and returns what is left to do
// of them: those at the end.
func (l *lane) attempt(ctx context.Context, w work) []work {
	w.records = l.discardOld(ctx, w)
	if len(w.records) == 0 {
		return nil
	}
	answer, err := l.Invoke(ctx, streamEvent(w.records))
	if err != nil { // throttled, which counts as no attempt
		w.throttles++
		if ctx.Err() == nil {
			l.problem("invoke the function", err)
		}
		pause(ctx, l.backoff(w.throttles))
		return []work{w}
	}
	w.invoked++
	failed := l.Settings.firstFailure(answer, sequences(w.records))
	if failed == len(w.records) {
		l.ok()
		l.progress.end(w.records)
		return nil
	}
	return l.retry(ctx, w, failed, answer)
}

// retry decides about the records from the first failed one on.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func (l *lane) retry(ctx context.Context, w work, failed int, answer Answer) []work {
	l.set("PROBLEM: Function call failed")
	if failed > 0 { // those before are done, so it is the first failure of this batch
		l.progress.end(w.records[:failed])
		w.records, w.failures = w.records[failed:], 0
	}
	if ctx.Err() != nil { // it may have failed because of the stop: the next run tries again
		return []work{w}
	}
	if split := len(w.records) / 2; failed == 0 && split > 0 && bool(l.Settings.BisectBatchOnFunctionError) {
		// A split does not count as a retry.
		pause(ctx, l.backoff(1))
		first, second := w, w
		first.records, second.records = w.records[:split], w.records[split:]
		return []work{first, second}
	}
	w.failures++
	if limit := l.Settings.maxRetries(); limit >= 0 && w.failures > limit {
		l.discard(ctx, "RetryAttemptsExhausted", w.records, w.invoked, &answer)
		return nil
	}
	pause(ctx, l.backoff(w.failures))
	return []work{w}
}

// discardOld discards the records at the front that are too old and returns
// the others.
func (l *lane) discardOld(ctx context.Context, w work) []record {
	limit := l.Settings.maxAge()
	if limit == 0 {
		return w.records
	}
	old := 0
	for old < len(w.records) && time.Since(w.records[old].created) > limit {
		old++
	}
	if old > 0 {
		l.discard(ctx, "RecordAgeExceeded", w.records[:old], w.invoked, nil)
	}
	return w.records[old:]
}

func sequences(records []record) []string {
	all := make([]string, len(records))
	for i, r := range records {
		all[i] = r.sequence
	}
	return all
}
