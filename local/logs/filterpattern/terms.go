package filterpattern

import (
	"errors"
	"fmt"
	"strings"
)

// terms are what a message must contain, must not contain, or must contain at
// least one of. Case matters. A term is found within a word, too.
type terms struct {
	required []string
	excluded []string
	optional []string
}

func compileTerms(pattern string) (*Pattern, error) {
	var t terms
	for rest := pattern; rest != ""; {
		sign, term, remaining, err := nextTerm(rest)
		if err != nil {
			return nil, err
		}
		switch sign {
		case '-':
			t.excluded = append(t.excluded, term)
		case '?':
			t.optional = append(t.optional, term)
		default:
			t.required = append(t.required, term)
		}
		rest = strings.TrimLeft(remaining, " \t\r\n")
	}
	if len(t.optional) > 0 && len(t.required)+len(t.excluded) > 0 {
		return nil, errors.New("optional terms (?term) together with other terms are not supported: AWS ignores them then")
	}
	return &Pattern{t.matches}, nil
}

// nextTerm reads a sign, if there is one, and a term, quoted or not.
func nextTerm(text string) (sign byte, term, rest string, err error) {
	if text[0] == '-' || text[0] == '?' {
		sign, text = text[0], text[1:]
	}
	if strings.HasPrefix(text, `"`) {
		term, rest, err = quoted(text)
		return sign, term, rest, err
	}
	end := strings.IndexAny(text, " \t\r\n")
	if end < 0 {
		end = len(text)
	}
	term, rest = text[:end], text[end:]
	if term == "" || strings.IndexFunc(term, isSpecial) >= 0 {
		return 0, "", "", fmt.Errorf("Invalid character(s) in term '%s'", term)
	}
	return sign, term, rest, nil
}

// isSpecial tells which characters need quotes around the term.
func isSpecial(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// quoted reads a text in double quotes, in which a backslash escapes a quote
// or a backslash.
func quoted(text string) (value, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], nil
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", fmt.Errorf("quotation mark is not closed: %s", text)
}

func (t terms) matches(message string) bool {
	for _, term := range t.required {
		if !strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range t.excluded {
		if strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range t.optional {
		if strings.Contains(message, term) {
			return true
		}
	}
	return len(t.optional) == 0
}
