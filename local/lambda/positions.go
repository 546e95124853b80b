package lambda

import (
	"fmt"
	"maps"
	"strings"
	"sync"

	"eda-demo/local/store"
)

// Buckets of the store: for each event source mapping, by its UUID, the ARN of
// the stream it reads; and by UUID, a slash and the id of a shard how far it
// has come there, a sequence number. What a mapping has left that is no more
// in the template is taken up when the mapping is there again.
const (
	mappingsKept  = "lambda/mappings"
	positionsKept = "lambda/positions"
)

// positions are those of one mapping.
type positions struct {
	kept    *store.Store
	mapping string // UUID
	resumed bool

	mu      sync.Mutex
	handled map[string]string // by shard
}

// openPositions returns what earlier runs of a mapping have left, and keeps
// that it has begun to read this stream. If it read another one before, it
// begins anew.
func openPositions(kept *store.Store, mapping, stream string) (*positions, error) {
	p := &positions{kept: kept, mapping: mapping, handled: map[string]string{}}
	err := kept.Load(mappingsKept, func(key string, value []byte) error {
		p.resumed = p.resumed || key == mapping && string(value) == stream
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = kept.Load(positionsKept, func(key string, value []byte) error {
		if shard, is := strings.CutPrefix(key, p.key("")); is {
			p.handled[shard] = string(value)
		}
		return nil
	})
	if err != nil || p.resumed {
		return p, err
	}
	left := maps.Clone(p.handled)
	clear(p.handled)
	return p, kept.Update(func(tx *store.Tx) {
		for shard := range left {
			tx.Delete(positionsKept, p.key(shard))
		}
		tx.Put(mappingsKept, mapping, []byte(stream))
	})
}

func (p *positions) key(shard string) string { return p.mapping + "/" + shard }

// Resumed implements eventsource.Positions.
func (p *positions) Resumed() bool { return p.resumed }

// Handled implements eventsource.Positions.
func (p *positions) Handled(shard string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handled[shard]
}

// Keep implements eventsource.Positions.
func (p *positions) Keep(shard, sequence string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.kept.Update(func(tx *store.Tx) { tx.Put(positionsKept, p.key(shard), []byte(sequence)) })
	if err != nil {
		return fmt.Errorf("event source mapping %s: %w", p.mapping, err)
	}
	p.handled[shard] = sequence
	return nil
}
