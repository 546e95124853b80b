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
// has come there, a sequence number.
const (
	mappingsKept  = "lambda/mappings"
	positionsKept = "lambda/positions"
)

// positions are those of one mapping.
type positions struct {
	kept    *store.Store
	mapping string // UUID

	mu      sync.Mutex
	resumed bool
	handled map[string]string // by shard
	began   map[string]string // iterators by shard
	gone    bool              // the mapping is deleted
}

// openPositions returns what earlier runs of a mapping have left, and keeps
// that it has begun to read this stream. If it read another one before, it
// begins anew.
func openPositions(kept *store.Store, mapping, stream string) (*positions, error) {
	p := &positions{kept: kept, mapping: mapping, handled: map[string]string{}, began: map[string]string{}}
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

// dropPositions removes what is kept of a mapping.
func dropPositions(kept *store.Store, mapping string) error {
	p := positions{mapping: mapping}
	var keys []string
	err := kept.Load(positionsKept, func(key string, _ []byte) error {
		if strings.HasPrefix(key, p.key("")) {
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return kept.Update(func(tx *store.Tx) {
		for _, key := range keys {
			tx.Delete(positionsKept, key)
		}
		tx.Delete(mappingsKept, mapping)
	})
}

// forget has nothing be kept any more: the mapping is deleted, and the last
// batch may not have ended.
func (p *positions) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = true
}

// Resumed implements eventsource.Positions.
func (p *positions) Resumed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resumed
}

// Began implements eventsource.Positions.
func (p *positions) Began(shard string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.began[shard]
}

// Begin implements eventsource.Positions.
func (p *positions) Begin(shard, iterator string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resumed, p.began[shard] = true, iterator
}

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
	if p.gone {
		return nil
	}
	err := p.kept.Update(func(tx *store.Tx) { tx.Put(positionsKept, p.key(shard), []byte(sequence)) })
	if err != nil {
		return fmt.Errorf("event source mapping %s: %w", p.mapping, err)
	}
	p.handled[shard] = sequence
	return nil
}
