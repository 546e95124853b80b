package attribute

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner reads JSON (RFC 8259) in one pass, without building values that nobody needs.
// Messages about JSON of another shape are those of DynamoDB's SerializationException.
type scanner struct {
	data []byte
	pos  int
}

func (s *scanner) fail(message string) error { return &SyntaxError{Message: message} }

// peek is the next byte that is no white space, or 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) accept(c byte) bool {
	if s.peek() != c || s.pos >= len(s.data) {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) end() error {
	if s.peek(); s.pos < len(s.data) {
		return s.fail("data after the top-level value")
	}
	return nil
}

func (s *scanner) word(word string) bool {
	s.peek()
	end := s.pos + len(word)
	if end > len(s.data) || string(s.data[s.pos:end]) != word {
		return false
	}
	s.pos = end
	return true
}

// null consumes a null, if it is next.
func (s *scanner) null() bool { return s.word("null") }

// object reads {"name": …} and has read consume each member's value.
func (s *scanner) object(read func(name string) error) error {
	if !s.accept('{') {
		return s.unexpected("Map")
	}
	if s.accept('}') {
		return nil
	}
	for {
		name, err := s.str("String")
		if err != nil {
			return err
		}
		if !s.accept(':') {
			return s.fail("Unexpected token received from parser")
		}
		if err := read(name); err != nil {
			return err
		}
		if s.accept('}') {
			return nil
		}
		if !s.accept(',') {
			return s.fail("Unexpected token received from parser")
		}
	}
}

// array reads […] and has read consume each element.
func (s *scanner) array(read func() error) error {
	if !s.accept('[') {
		return s.unexpected("List")
	}
	if s.accept(']') {
		return nil
	}
	for {
		if err := read(); err != nil {
			return err
		}
		if s.accept(']') {
			return nil
		}
		if !s.accept(',') {
			return s.fail("Unexpected token received from parser")
		}
	}
}

// str reads a JSON string; want is the type of the member, for the message if it is none.
func (s *scanner) str(want string) (string, error) {
	if s.peek() != '"' {
		return "", s.unexpected(want)
	}
	start := s.pos + 1
	simple := true
	for i := start; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			s.pos = i + 1
			return s.unquote(s.data[start:i], simple)
		case c == '\\':
			simple = false
			i++
		case c < ' ':
			return "", s.fail("control character in a string")
		}
	}
	return "", s.fail("unterminated string")
}

func (s *scanner) unquote(text []byte, simple bool) (string, error) {
	if !utf8.Valid(text) {
		return "", s.fail("a string is not valid UTF-8")
	}
	if simple {
		return string(text), nil
	}
	var out string
	if err := json.Unmarshal(append(append([]byte{'"'}, text...), '"'), &out); err != nil {
		return "", s.fail(fmt.Sprintf("invalid string: %v", err))
	}
	return out, nil
}

func (s *scanner) boolean() (bool, error) {
	switch {
	case s.word("true"):
		return true, nil
	case s.word("false"):
		return false, nil
	}
	return false, s.unexpected("Boolean")
}

// skip consumes a value that nobody needs.
func (s *scanner) skip(depth int) error {
	if depth > maxScanDepth {
		return s.fail("the value is nested too deeply")
	}
	switch c := s.peek(); {
	case c == '{':
		return s.object(func(string) error { return s.skip(depth + 1) })
	case c == '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case c == '"':
		_, err := s.str("String")
		return err
	case s.word("true") || s.word("false") || s.word("null"):
		return nil
	}
	return s.skipNumber()
}

func (s *scanner) skipNumber() error {
	start := s.pos
	for s.pos < len(s.data) && strings.IndexByte("+-.eE0123456789", s.data[s.pos]) >= 0 {
		s.pos++
	}
	if !json.Valid(s.data[start:s.pos]) {
		return s.fail("Unexpected token received from parser")
	}
	return nil
}

// unexpected is the error for a value of another JSON type than the member's.
func (s *scanner) unexpected(want string) error {
	container := want == "Map" || want == "List"
	switch c := s.peek(); {
	case c == '{':
		return s.fail("Start of structure or map found where not expected")
	case c == '[':
		return s.fail("Unrecognized collection type class java.lang." + want)
	case want == "Blob":
		return s.fail("only base-64-encoded strings are convertible to bytes")
	case container || c == 0 || c == '"':
		return s.fail("Unexpected field type")
	case c == 't':
		return s.fail("TRUE_VALUE cannot be converted to " + want)
	case c == 'f':
		return s.fail("FALSE_VALUE cannot be converted to " + want)
	case c == '-' || c >= '0' && c <= '9':
		return s.fail("NUMBER_VALUE cannot be converted to " + want)
	}
	return s.fail("Unexpected token received from parser")
}
