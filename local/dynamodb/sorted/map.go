// Package sorted holds an ordered map: the structure of a table and of its indexes.
package sorted

import (
	"iter"
	"slices"
)

// Map is a map ordered by its keys. It keeps its entries in chunks of bounded length, each sorted, in a sorted list:
// a search is two binary searches, an insertion moves one chunk's entries at most, and a walk in either direction is
// a walk over slices. It is not safe for concurrent use while it is written.
type Map[K, V any] struct {
	compare func(a, b K) int
	chunks  [][]entry[K, V] // none is empty
	length  int
}

type entry[K, V any] struct {
	key   K
	value V
}

// chunkLimit is the length at which a chunk is split in two.
const chunkLimit = 256

// New returns an empty map ordered by compare.
func New[K, V any](compare func(a, b K) int) *Map[K, V] {
	return &Map[K, V]{compare: compare}
}

// Len is the number of entries.
func (m *Map[K, V]) Len() int { return m.length }

// find tells where key is, or where it would be inserted. The chunk is at most the last one, unless the map is empty.
func (m *Map[K, V]) find(key K) (chunk, at int, found bool) {
	chunk, found = slices.BinarySearchFunc(m.chunks, key, func(c []entry[K, V], key K) int {
		return m.compare(c[0].key, key)
	})
	if found {
		return chunk, 0, true
	}
	if chunk = max(chunk-1, 0); len(m.chunks) == 0 {
		return 0, 0, false
	}
	at, found = slices.BinarySearchFunc(m.chunks[chunk], key, func(e entry[K, V], key K) int {
		return m.compare(e.key, key)
	})
	return chunk, at, found
}

// Get returns the value at key.
func (m *Map[K, V]) Get(key K) (value V, ok bool) {
	chunk, at, found := m.find(key)
	if !found {
		return value, false
	}
	return m.chunks[chunk][at].value, true
}

// Set puts value at key, in place of any other.
func (m *Map[K, V]) Set(key K, value V) {
	chunk, at, found := m.find(key)
	switch {
	case found:
		m.chunks[chunk][at].value = value
		return
	case len(m.chunks) == 0:
		m.chunks = [][]entry[K, V]{{{key, value}}}
	default:
		m.chunks[chunk] = slices.Insert(m.chunks[chunk], at, entry[K, V]{key, value})
		m.split(chunk)
	}
	m.length++
}

func (m *Map[K, V]) split(chunk int) {
	whole := m.chunks[chunk]
	if len(whole) < chunkLimit {
		return
	}
	half := len(whole) / 2
	upper := slices.Clone(whole[half:])
	clear(whole[half:])
	m.chunks[chunk] = whole[:half]
	m.chunks = slices.Insert(m.chunks, chunk+1, upper)
}

// Delete removes the entry at key, if there is one.
func (m *Map[K, V]) Delete(key K) {
	chunk, at, found := m.find(key)
	if !found {
		return
	}
	m.chunks[chunk] = slices.Delete(m.chunks[chunk], at, at+1)
	if len(m.chunks[chunk]) == 0 {
		m.chunks = slices.Delete(m.chunks, chunk, chunk+1)
	}
	m.length--
}

// Ascend walks the entries from the first one at or after from, in order.
func (m *Map[K, V]) Ascend(from K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		chunk, at, _ := m.find(from)
		for ; chunk < len(m.chunks); chunk, at = chunk+1, 0 {
			for _, e := range m.chunks[chunk][at:] {
				if !yield(e.key, e.value) {
					return
				}
			}
		}
	}
}

// Descend walks the entries from the last one at or before from, in reverse order.
func (m *Map[K, V]) Descend(from K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if len(m.chunks) == 0 {
			return
		}
		chunk, at, found := m.find(from)
		if !found {
			at--
		}
		for {
			for ; at >= 0; at-- {
				if e := m.chunks[chunk][at]; !yield(e.key, e.value) {
					return
				}
			}
			if chunk--; chunk < 0 {
				return
			}
			at = len(m.chunks[chunk]) - 1
		}
	}
}
