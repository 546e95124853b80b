package attribute

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// MarshalJSON writes an item or key in its wire form, names in order.
func (v Map) MarshalJSON() ([]byte, error) {
	return v.appendMembers(make([]byte, 0, 64*len(v)+2)), nil
}

// AppendJSON appends an item or key in its wire form, names in order.
func (v Map) AppendJSON(to []byte) []byte { return v.appendMembers(to) }

func (v Map) appendMembers(to []byte) []byte {
	to = append(to, '{')
	for i, name := range slices.Sorted(maps.Keys(v)) {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendString(to, name)
		to = append(to, ':')
		to = v[name].appendJSON(to)
	}
	return append(to, '}')
}

func (v Map) appendJSON(to []byte) []byte {
	return append(v.appendMembers(append(to, `{"M":`...)), '}')
}

func (v String) appendJSON(to []byte) []byte {
	return append(appendString(append(to, `{"S":`...), string(v)), '}')
}

func (n Number) appendJSON(to []byte) []byte {
	return append(n.appendText(append(to, `{"N":`...)), '}')
}

func (n Number) appendText(to []byte) []byte {
	return append(append(append(to, '"'), n.String()...), '"')
}

func (v Binary) appendJSON(to []byte) []byte {
	return append(v.appendText(append(to, `{"B":`...)), '}')
}

func (v Binary) appendText(to []byte) []byte {
	to = base64.StdEncoding.AppendEncode(append(to, '"'), []byte(v))
	return append(to, '"')
}

func (v Bool) appendJSON(to []byte) []byte {
	return append(strconv.AppendBool(append(to, `{"BOOL":`...), bool(v)), '}')
}

func (Null) appendJSON(to []byte) []byte {
	return append(to, `{"NULL":true}`...)
}

func (v List) appendJSON(to []byte) []byte {
	return appendArray(append(to, `{"L":`...), v, func(to []byte, e Value) []byte { return e.appendJSON(to) })
}

func (v StringSet) appendJSON(to []byte) []byte {
	return appendArray(append(to, `{"SS":`...), v, func(to []byte, s String) []byte { return appendString(to, string(s)) })
}

func (v NumberSet) appendJSON(to []byte) []byte {
	return appendArray(append(to, `{"NS":`...), v, func(to []byte, n Number) []byte { return n.appendText(to) })
}

func (v BinarySet) appendJSON(to []byte) []byte {
	return appendArray(append(to, `{"BS":`...), v, func(to []byte, b Binary) []byte { return b.appendText(to) })
}

func appendArray[E any](to []byte, elements []E, appendOne func([]byte, E) []byte) []byte {
	to = append(to, '[')
	for i, e := range elements {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendOne(to, e)
	}
	return append(to, "]}"...)
}

// appendString writes a JSON string; strings of this package are valid UTF-8.
func appendString(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' || c >= utf8.RuneSelf {
			continue
		}
		to = append(to, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		default:
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(to, s[start:]...), '"')
}
