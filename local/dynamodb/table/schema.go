// Package table is one DynamoDB table: its items, its indexes and the operations on them, without any wire format.
//
// A table's items are immutable values; a change replaces an item. Errors that the client caused are *invalid.Error or
// *ConditionError.
package table

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
)

// Attribute is a key attribute: its name and its type, which is S, N or B.
type Attribute struct {
	Name string
	Type attribute.Type
}

// Keys is the primary key of a table or the key of an index.
type Keys struct {
	Partition Attribute
	Sort      *Attribute // nil if there is none
}

// all lists the attributes of the key.
func (k Keys) all() []Attribute {
	if k.Sort == nil {
		return []Attribute{k.Partition}
	}
	return []Attribute{k.Partition, *k.Sort}
}

// Names lists the names of the key's attributes, partition key first.
func (k Keys) Names() []string {
	names := []string{k.Partition.Name}
	if k.Sort != nil {
		names = append(names, k.Sort.Name)
	}
	return names
}

func (k Keys) has(name string) bool {
	return k.Partition.Name == name || k.Sort != nil && k.Sort.Name == name
}

// String writes the key for messages: id (N), at (S).
func (k Keys) String() string {
	var parts []string
	for _, a := range k.all() {
		parts = append(parts, fmt.Sprintf("%s (%s)", a.Name, a.Type))
	}
	return strings.Join(parts, ", ")
}

// Index is a secondary index.
type Index struct {
	Name   string
	Keys   Keys
	Global bool
	// Everything tells that all attributes are projected, otherwise the keys and Include are.
	Everything bool
	Include    []string
}

// Schema is what is fixed about a table.
type Schema struct {
	Name    string
	Keys    Keys
	Indexes []Index
}

// Index finds an index by its name.
func (s *Schema) Index(name string) (Index, bool) {
	for _, index := range s.Indexes {
		if index.Name == name {
			return index, true
		}
	}
	return Index{}, false
}

// CheckSuccessor refuses a schema that a table with this one can't get: that has another key or other local indexes.
func (s *Schema) CheckSuccessor(next Schema) error {
	if s.Keys.String() != next.Keys.String() {
		return fmt.Errorf("its key is %s instead of %s", s.Keys, next.Keys)
	}
	if !slices.EqualFunc(s.locals(), next.locals(), func(a, b Index) bool { return reflect.DeepEqual(a, b) }) {
		return errors.New("its local secondary indexes are others")
	}
	return nil
}

func (s *Schema) locals() []Index {
	return slices.DeleteFunc(slices.Clone(s.Indexes), func(i Index) bool { return i.Global })
}

// KeyOf picks the primary key out of an item that has one.
func (s *Schema) KeyOf(item attribute.Map) attribute.Map {
	return pick(item, s.Keys.all())
}

func pick(item attribute.Map, attributes []Attribute) attribute.Map {
	key := make(attribute.Map, len(attributes))
	for _, a := range attributes {
		key[a.Name] = item[a.Name]
	}
	return key
}

// project returns what the index holds of an item.
func (s *Schema) project(index Index, item attribute.Map) attribute.Map {
	if index.Everything {
		return item
	}
	out := pick(item, append(s.Keys.all(), index.Keys.all()...))
	for _, name := range index.Include {
		if v, ok := item[name]; ok {
			out[name] = v
		}
	}
	return out
}

// projects tells whether the index holds the attribute.
func (s *Schema) projects(index Index, name string) bool {
	if index.Everything || s.Keys.has(name) || index.Keys.has(name) {
		return true
	}
	for _, included := range index.Include {
		if included == name {
			return true
		}
	}
	return false
}

// CoversAll tells whether the index holds everything that the paths lead to.
func (s *Schema) CoversAll(index Index, paths []expression.Path) bool {
	for _, path := range paths {
		if !s.projects(index, path.Head()) {
			return false
		}
	}
	return true
}
