package eventsource

import "sync"

// Positions remembers, from one run of a mapping to the next and beyond the
// life of the process, how far the mapping has come in the shards of its
// stream.
type Positions interface {
	// Resumed tells whether an earlier run of the mapping has read this stream.
	Resumed() bool
	// Began returns the iterator with which runs of this process began a shard,
	// which is not kept beyond it; "" if none did or it can't be used any more.
	// Where LATEST was then is known by nothing else.
	Began(shard string) string
	// Begin sets it.
	Begin(shard, iterator string)
	// Handled returns the sequence number up to which every record of a shard
	// was handled by earlier runs; "" if none was.
	Handled(shard string) string
	// Keep sets it.
	Keep(shard, sequence string) error
}

// progress is how far a mapping has come in one shard: to the last record
// before the first one that is not handled, whichever lanes they are in. A
// record is handled when the function was successful with it, when it was
// discarded, or when the filter drops it.
type progress struct {
	shard     string
	positions Positions // nil: nothing is remembered
	// failed hears of positions that could not be kept. The records after the
	// one kept last are handled again by the next run.
	failed func(error)

	mu   sync.Mutex
	open []*mark // in the order of the shard; the first one is not handled
}

// mark is one record's place in the order.
type mark struct {
	sequence string
	handled  bool
}

// begin takes note of records that were read, in the order of the shard. Those
// that are not wanted count as handled once all before them are.
func (p *progress) begin(all []record) {
	if p.positions == nil || len(all) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range all {
		all[i].mark = &mark{sequence: all[i].sequence, handled: all[i].unwanted}
		p.open = append(p.open, all[i].mark)
	}
	p.advance()
}

// end takes note of records that were handled.
func (p *progress) end(records []record) {
	if p.positions == nil || len(records) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range records {
		r.mark.handled = true
	}
	p.advance()
}

// advance keeps the new position, if there is one; p.mu is held, so that
// positions are kept in their order.
func (p *progress) advance() {
	count := 0
	for count < len(p.open) && p.open[count].handled {
		count++
	}
	if count == 0 {
		return
	}
	position := p.open[count-1].sequence
	clear(p.open[:count]) // they may go
	p.open = p.open[count:]
	if err := p.positions.Keep(p.shard, position); err != nil {
		p.failed(err)
	}
}
