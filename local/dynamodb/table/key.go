package table

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// key orders the entries of a table or index: by the hash of the partition key, so that a scan meets partitions in a
// stable order unrelated to their names and can be split into segments; by the partition key; by the sort key; and in
// an index by the primary key, since entries may share an index key.
type key struct {
	partition string // hashed
	sort      string
	primary   string
	edge      edge
}

// edge marks a key that is not of an entry but lies before or after a group of them.
type edge int8

const (
	beforePartition edge = -2
	beforeSort      edge = -1
	afterSort       edge = 1
	afterPartition  edge = 2
)

func compareKeys(a, b key) int {
	if order := strings.Compare(a.partition, b.partition); order != 0 {
		return order
	}
	if order := cmp.Compare(a.edge/2, b.edge/2); order != 0 { // of the partition
		return order
	}
	if order := strings.Compare(a.sort, b.sort); order != 0 {
		return order
	}
	if order := cmp.Compare(a.edge, b.edge); order != 0 {
		return order
	}
	return strings.Compare(a.primary, b.primary)
}

// keyIn is the key of an item under keys, which the item is known to have.
func keyIn(keys Keys, item attribute.Map) key {
	k := key{partition: hashed(encode(item[keys.Partition.Name]))}
	if keys.Sort != nil {
		k.sort = encode(item[keys.Sort.Name])
	}
	return k
}

// indexKey is the key of an item's entry in an index.
func (s *Schema) indexKey(index Index, item attribute.Map) key {
	k := keyIn(index.Keys, item)
	k.primary = s.id(item)
	return k
}

// id is the primary key of an item as bytes.
func (s *Schema) id(item attribute.Map) string {
	primary := keyIn(s.Keys, item)
	return string(binary.AppendUvarint(nil, uint64(len(primary.partition)))) + primary.partition + primary.sort
}

// encode writes a key value so that byte order is the order of values.
func encode(v attribute.Value) string {
	switch v := v.(type) {
	case attribute.String:
		return string(v)
	case attribute.Binary:
		return string(v)
	case attribute.Number:
		return v.SortKey()
	}
	return ""
}

const hashBytes = 4

func hashed(partition string) string {
	h := fnv.New64a()
	h.Write([]byte(partition))
	sum := h.Sum64()
	prefix := make([]byte, hashBytes, hashBytes+len(partition))
	binary.BigEndian.PutUint32(prefix, uint32(sum^sum>>32))
	return string(append(prefix, partition...))
}

// segmentStart is where a segment of a parallel scan begins: before every key whose hash belongs to it.
func segmentStart(segment, total int) key {
	start := (uint64(segment)<<32 + uint64(total) - 1) / uint64(total)
	if start >= 1<<32 {
		return key{partition: strings.Repeat("\xff", hashBytes+1), edge: beforePartition}
	}
	return key{partition: string(binary.BigEndian.AppendUint32(nil, uint32(start))), edge: beforePartition}
}
