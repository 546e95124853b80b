package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// scanner walks one JSON value that is known to be valid, beside the Go type
// that it will be decoded into.
type scanner struct {
	text  []byte
	at    int
	depth int
}

// fault is a refused member. Its path is completed on the way out, so that
// nothing is spent on paths while all is well.
type fault struct {
	path   string
	reason string
	whole  bool // concerns the whole value, not a member
}

func (f *fault) Error() string {
	if f.whole || f.path == "" {
		return "the value " + f.reason
	}
	return "member " + f.path + " " + f.reason
}

// value passes over a value; t is nil where its members may have any names.
func (s *scanner) value(t reflect.Type) *fault {
	s.space()
	shape := shapeOf(t)
	switch opening := s.text[s.at]; {
	case opening == '"':
		s.quoted()
	case opening != '{' && opening != '[':
		s.bare()
	case shape.own:
		s.skip()
	case opening == '{':
		return s.nested(shape, s.object)
	default:
		return s.nested(shape, s.array)
	}
	return nil
}

// skip passes over an object or an array without looking into it.
func (s *scanner) skip() {
	for open := 0; ; {
		switch s.text[s.at] {
		case '"':
			s.quoted()
			continue
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		if s.at++; open == 0 {
			return
		}
	}
}

func (s *scanner) nested(shape *shape, scan func(*shape) *fault) *fault {
	if s.depth++; s.depth > MaxDepth {
		return &fault{whole: true, reason: fmt.Sprintf("is nested deeper than %d levels", MaxDepth)}
	}
	s.at++
	err := scan(shape)
	s.at++
	s.depth--
	return err
}

func (s *scanner) object(shape *shape) *fault {
	var seen names
	for s.more('}') {
		name := s.name()
		if !seen.add(name) {
			return &fault{path: string(name), reason: "is given twice"}
		}
		member, known := shape.member(name)
		if !known {
			return &fault{path: string(name), reason: "is not supported"}
		}
		s.space()
		s.at++ // the colon
		if err := s.value(member); err != nil {
			return err.within(string(name))
		}
	}
	return nil
}

func (s *scanner) array(shape *shape) *fault {
	for i := 0; s.more(']'); i++ {
		if err := s.value(shape.element); err != nil {
			return err.within("[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

func (f *fault) within(name string) *fault {
	switch {
	case f.path == "":
		f.path = name
	case f.path[0] == '[':
		f.path = name + f.path
	default:
		f.path = name + "." + f.path
	}
	return f
}

// more tells whether another element comes before the closing bracket, and
// stands at its beginning.
func (s *scanner) more(closing byte) bool {
	s.space()
	if s.text[s.at] == ',' {
		s.at++
		s.space()
	}
	return s.text[s.at] != closing
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// quoted passes over a string and returns what stands between the quotes.
func (s *scanner) quoted() []byte {
	begin := s.at + 1
	for s.at++; s.text[s.at] != '"'; s.at++ {
		if s.text[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	return s.text[begin : s.at-1]
}

// bare passes over a number, true, false or null.
func (s *scanner) bare() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			return
		}
		s.at++
	}
}

// name passes over a member's name and returns it decoded.
func (s *scanner) name() []byte {
	raw := s.quoted()
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	var text string
	if json.Unmarshal(s.text[s.at-len(raw)-2:s.at], &text) != nil {
		return raw // can't be: the text is valid
	}
	return []byte(text)
}

// names are the names seen in one object: a list while it is short, since most
// objects have few members.
type names struct {
	list [][]byte
	set  map[string]bool
}

const shortList = 16

// add tells whether the name is new.
func (n *names) add(name []byte) bool {
	if n.set != nil {
		fresh := !n.set[string(name)]
		n.set[string(name)] = true
		return fresh
	}
	for _, seen := range n.list {
		if bytes.Equal(seen, name) {
			return false
		}
	}
	if n.list = append(n.list, name); len(n.list) > shortList {
		n.set = make(map[string]bool, 2*shortList)
		for _, seen := range n.list {
			n.set[string(seen)] = true
		}
	}
	return true
}
