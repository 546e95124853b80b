package attribute

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// CutBinary reads an item or key in its binary form from the front of data and returns it with the rest. The item's
// texts are parts of data.
func CutBinary(data string) (item Map, rest string, err error) {
	c := cutter{data: data}
	item, err = c.members(0)
	if err != nil {
		return nil, "", fmt.Errorf("byte %d of %d: %w", len(data)-len(c.data), len(data), err)
	}
	return item, c.data, nil
}

// cutter reads the binary form; data is what is left.
type cutter struct{ data string }

var errCut = errors.New("the data ends within a value")

// count reads a length or a number of elements, each of which takes a byte at least.
func (c *cutter) count() (int, error) {
	var n uint64
	for i := range min(len(c.data), binary.MaxVarintLen64) {
		n |= uint64(c.data[i]&0x7f) << (7 * i)
		if c.data[i] < 0x80 {
			c.data = c.data[i+1:]
			if n > uint64(len(c.data)) {
				return 0, errCut
			}
			return int(n), nil
		}
	}
	return 0, errCut
}

func (c *cutter) text() (string, error) {
	n, err := c.count()
	if err != nil {
		return "", err
	}
	text := c.data[:n]
	c.data = c.data[n:]
	return text, nil
}

func (c *cutter) str() (String, error) {
	text, err := c.text()
	if err == nil && !utf8.ValidString(text) {
		err = errors.New("a string is not valid UTF-8")
	}
	return String(text), err
}

func (c *cutter) binary() (Binary, error) {
	text, err := c.text()
	return Binary(text), err
}

func (c *cutter) number() (Number, error) {
	text, err := c.text()
	if err == nil && !isEncodedNumber(text) {
		err = errors.New("a number is malformed")
	}
	return Number{enc: text}, err
}

// members reads a map's or an item's. depth is how many maps and lists they are within.
func (c *cutter) members(depth int) (Map, error) {
	n, err := c.count()
	if err != nil {
		return nil, err
	}
	members := make(Map, n)
	for range n {
		name, err := c.str()
		if err != nil {
			return nil, err
		}
		if members[string(name)], err = c.value(depth + 1); err != nil {
			return nil, err
		}
	}
	if len(members) != n {
		return nil, errors.New("a name occurs twice in a map")
	}
	return members, nil
}

func (c *cutter) value(depth int) (Value, error) {
	if depth > MaxDepth {
		return nil, errors.New("values are nested too deeply")
	}
	if c.data == "" {
		return nil, errCut
	}
	tag := c.data[0]
	c.data = c.data[1:]
	switch tag {
	case tagString:
		return c.str()
	case tagNumber:
		return c.number()
	case tagBinary:
		return c.binary()
	case tagTrue, tagFalse:
		return Bool(tag == tagTrue), nil
	case tagNull:
		return Null{}, nil
	case tagList:
		return cutList[List](c, func() (Value, error) { return c.value(depth + 1) })
	case tagMap:
		return c.members(depth)
	}
	return c.set(tag)
}

func (c *cutter) set(tag byte) (Value, error) {
	switch tag {
	case tagStringSet:
		return cutSet[StringSet](c, c.str)
	case tagNumberSet:
		return cutSet[NumberSet](c, c.number)
	case tagBinarySet:
		return cutSet[BinarySet](c, c.binary)
	}
	return nil, fmt.Errorf("no value has tag %d", tag)
}

func cutList[L ~[]E, E any](c *cutter, read func() (E, error)) (L, error) {
	n, err := c.count()
	if err != nil {
		return nil, err
	}
	list := make(L, n)
	for i := range list {
		if list[i], err = read(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func cutSet[S ~[]E, E comparable](c *cutter, read func() (E, error)) (S, error) {
	set, err := cutList[S](c, read)
	if err == nil && (len(set) == 0 || hasDuplicate(set)) {
		err = errors.New("a set is empty or has duplicates")
	}
	return set, err
}
