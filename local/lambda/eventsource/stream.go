package eventsource

import (
	"context"
	"slices"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
)

// Stream reads a DynamoDB stream.
type Stream struct {
	Config
	*status
	shards sync.WaitGroup
}

// NewStream returns a source that reads the stream from where earlier runs of
// the mapping have got to; the first run begins at the starting position.
func NewStream(c Config) *Stream { return &Stream{Config: c, status: newStatus(c.Log)} }

// idleCheck is how often the shards are looked up and an unchanged stream is
// read all the same.
const idleCheck = 10 * time.Second

const trimHorizon = "TRIM_HORIZON"

// Run reads all shards of the stream, each in its order.
func (s *Stream) Run(ctx context.Context) {
	defer s.shards.Wait()
	known := map[string]bool{}
	position := s.Settings.StartingPosition
	if s.Positions != nil && s.Positions.Resumed() {
		// Also of a shard that an earlier run has handled nothing of: what LATEST
		// was then is not known any more, and nothing may be lost.
		position = trimHorizon
	}
	for failures := 0; ; {
		wait := idleCheck
		shards, err := s.describe(ctx)
		if err != nil && ctx.Err() == nil {
			s.problem("describe the stream", err)
			failures++
			wait = readPause(failures)
		}
		for _, shard := range shards {
			if !known[shard] {
				known[shard] = true
				s.start(ctx, shard, position)
			}
		}
		if err == nil {
			position = trimHorizon // of shards that come later
			failures = 0
			s.over("describe the stream")
		}
		if !pause(ctx, wait) {
			return
		}
	}
}

func (s *Stream) describe(ctx context.Context) ([]string, error) {
	var out struct {
		StreamDescription struct {
			Shards []struct {
				ShardID string `json:"ShardId"`
			}
		}
	}
	if err := s.Call(ctx, "dynamodbstreams", "DescribeStream", map[string]string{"StreamArn": s.SourceARN}, &out); err != nil {
		return nil, err
	}
	var shards []string
	for _, shard := range out.StreamDescription.Shards {
		shards = append(shards, shard.ShardID)
	}
	return shards, nil
}

// start reads a shard with as many lanes as the mapping has: records of one
// item are always in the same lane, and a lane keeps the order.
func (s *Stream) start(ctx context.Context, shard, position string) {
	done := &progress{
		shard: shard, positions: s.Positions, failed: func(err error) { s.problem("keep the position in the stream", err) },
	}
	lanes := make([]*lane, s.Settings.ParallelizationFactor)
	for i := range lanes {
		lanes[i] = newLane(s, shard, done)
		s.shards.Go(func() { lanes[i].run(ctx) })
	}
	r := &reader{Stream: s, shard: shard, position: position, lanes: lanes, progress: done}
	if s.Positions != nil {
		r.last = s.Positions.Handled(shard)
	}
	s.shards.Go(func() { r.run(ctx) })
}

// reader reads one shard.
type reader struct {
	*Stream
	shard    string
	position string
	lanes    []*lane
	progress *progress

	iterator string
	failures int    // of reads, in a row
	last     string // sequence number of the last record that was read, by this run or an earlier one
}

func (r *reader) run(ctx context.Context) {
	defer func() {
		for _, l := range r.lanes {
			l.end()
		}
	}()
	for ctx.Err() == nil {
		changed := r.Changed(r.SourceARN)
		records, err := r.read(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.problem("read the stream", err)
			if frontdoor.Code(err) == "ResourceNotFoundException" {
				return // a shard that is gone does not come back
			}
			r.failures++
			pause(ctx, readPause(r.failures))
		case !r.distribute(ctx, records) || r.iterator == "":
			return // the end, of the mapping or of the shard
		case len(records) == 0:
			r.wait(ctx, changed)
		}
	}
}

func (r *reader) wait(ctx context.Context, changed <-chan struct{}) {
	timer := time.NewTimer(idleCheck)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// read makes one call of GetRecords and returns what the filter lets through.
// After it, iterator is empty at the end of a closed shard.
func (r *reader) read(ctx context.Context) ([]record, error) {
	records, next, err := r.get(ctx)
	if err != nil {
		r.iterator = ""
		switch frontdoor.Code(err) {
		case "TrimmedDataAccessException":
			r.last, r.position = "", trimHorizon
		case "ExpiredIteratorException":
			r.begin("")
		}
		return nil, err
	}
	r.iterator = next
	if r.failures > 0 {
		r.failures = 0
		r.over("read the stream")
	}
	if len(records) > 0 {
		r.last = records[len(records)-1].sequence
	}
	r.progress.begin(records)
	return slices.DeleteFunc(records, func(rec record) bool { return rec.unwanted }), nil
}

// get returns the records at the iterator, and the iterator of what follows.
func (r *reader) get(ctx context.Context) (records []record, next string, err error) {
	if r.iterator == "" {
		if err := r.seek(ctx); err != nil {
			return nil, "", err
		}
	}
	var out struct {
		Records           []streamRecord
		NextShardIterator string
	}
	in := map[string]any{"ShardIterator": r.iterator, "Limit": 1000}
	if err := r.Call(ctx, "dynamodbstreams", "GetRecords", in, &out); err != nil {
		return nil, "", err
	}
	records = make([]record, len(out.Records))
	for i, raw := range out.Records {
		if records[i], err = r.newRecord(raw); err != nil {
			return nil, "", err
		}
		records[i].unwanted = !r.Settings.filter.passes(records[i].json)
	}
	return records, out.NextShardIterator, nil
}

// seek gets an iterator for what comes after the last record, or where the
// mapping began with the shard.
func (r *reader) seek(ctx context.Context) error {
	if r.last == "" && r.Positions != nil {
		if r.iterator = r.Positions.Began(r.shard); r.iterator != "" {
			return nil
		}
	}
	in := map[string]string{"StreamArn": r.SourceARN, "ShardId": r.shard, "ShardIteratorType": r.position}
	if r.last != "" {
		in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", r.last
	}
	var out struct{ ShardIterator string }
	if err := r.Call(ctx, "dynamodbstreams", "GetShardIterator", in, &out); err != nil {
		return err
	}
	r.iterator = out.ShardIterator
	if r.last == "" {
		r.begin(r.iterator)
	}
	return nil
}

func (r *reader) begin(iterator string) {
	if r.Positions != nil {
		r.Positions.Begin(r.shard, iterator)
	}
}

// distribute gives each lane its records and waits until it has room for them.
func (r *reader) distribute(ctx context.Context, records []record) bool {
	if len(records) == 0 {
		return true
	}
	shares := make([][]record, len(r.lanes))
	for _, rec := range records {
		lane := rec.key % uint64(len(r.lanes))
		shares[lane] = append(shares[lane], rec)
	}
	for i, share := range shares {
		if len(share) > 0 && !r.lanes[i].add(ctx, share) {
			return false
		}
	}
	return true
}
