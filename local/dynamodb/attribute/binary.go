package attribute

import (
	"encoding/binary"
)

// The binary form of an item is the number of its attributes and, for each, its name and its value. A value is a tag
// and what belongs to it: a text (its length and bytes) for strings, binaries and numbers, the number of elements and
// the elements for lists, maps and sets. Lengths and counts are unsigned varints. The form is no wire format of
// DynamoDB: it is how items are kept, smaller than JSON and several times faster to read.
const (
	tagString byte = iota + 1
	tagNumber
	tagBinary
	tagTrue
	tagFalse
	tagNull
	tagList
	tagMap
	tagStringSet
	tagNumberSet
	tagBinarySet
)

// AppendBinary appends an item or key in its binary form, which tells where it ends. CutBinary is the inverse.
func (v Map) AppendBinary(to []byte) []byte {
	to = binary.AppendUvarint(to, uint64(len(v)))
	for name, e := range v {
		to = e.appendBinary(appendText(to, name))
	}
	return to
}

func appendText[T ~string](to []byte, text T) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

func (v String) appendBinary(to []byte) []byte { return appendText(append(to, tagString), v) }
func (n Number) appendBinary(to []byte) []byte { return appendText(append(to, tagNumber), n.enc) }
func (v Binary) appendBinary(to []byte) []byte { return appendText(append(to, tagBinary), v) }
func (Null) appendBinary(to []byte) []byte     { return append(to, tagNull) }
func (v Map) appendBinary(to []byte) []byte    { return v.AppendBinary(append(to, tagMap)) }

func (v Bool) appendBinary(to []byte) []byte {
	if v {
		return append(to, tagTrue)
	}
	return append(to, tagFalse)
}

func (v List) appendBinary(to []byte) []byte {
	to = binary.AppendUvarint(append(to, tagList), uint64(len(v)))
	for _, e := range v {
		to = e.appendBinary(to)
	}
	return to
}

func (v StringSet) appendBinary(to []byte) []byte { return appendTexts(append(to, tagStringSet), v) }
func (v BinarySet) appendBinary(to []byte) []byte { return appendTexts(append(to, tagBinarySet), v) }

func (v NumberSet) appendBinary(to []byte) []byte {
	to = binary.AppendUvarint(append(to, tagNumberSet), uint64(len(v)))
	for _, n := range v {
		to = appendText(to, n.enc)
	}
	return to
}

func appendTexts[T ~string](to []byte, texts []T) []byte {
	to = binary.AppendUvarint(to, uint64(len(texts)))
	for _, text := range texts {
		to = appendText(to, text)
	}
	return to
}
