package eventpattern

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stringTest accepts the strings, and only strings, that its function accepts.
type stringTest func(s string) bool

func (t stringTest) accepts(v *value) bool { return v.kind == kindString && t(v.text) }

func sameString(want string) stringTest {
	return func(s string) bool { return s == want }
}

func hasPrefix(prefix string) valueTest {
	return stringTest(func(s string) bool { return strings.HasPrefix(s, prefix) })
}

func hasSuffix(suffix string) valueTest {
	return stringTest(func(s string) bool { return strings.HasSuffix(s, suffix) })
}

func foldString(want string) stringTest {
	return func(s string) bool {
		rest, ok := cutFoldPrefix(s, want)
		return ok && rest == ""
	}
}

func foldPrefix(prefix string) valueTest {
	return stringTest(func(s string) bool {
		_, ok := cutFoldPrefix(s, prefix)
		return ok
	})
}

func foldSuffix(suffix string) valueTest {
	return stringTest(func(s string) bool {
		for suffix := suffix; suffix != ""; {
			want, wantSize := utf8.DecodeLastRuneInString(suffix)
			got, gotSize := utf8.DecodeLastRuneInString(s)
			if gotSize == 0 || !sameLetter(got, want) {
				return false
			}
			suffix, s = suffix[:len(suffix)-wantSize], s[:len(s)-gotSize]
		}
		return true
	})
}

// cutFoldPrefix returns what follows the prefix in s, upper and lower case
// being the same.
func cutFoldPrefix(s, prefix string) (rest string, ok bool) {
	for _, want := range prefix {
		got, size := utf8.DecodeRuneInString(s)
		if size == 0 || !sameLetter(got, want) {
			return s, false
		}
		s = s[size:]
	}
	return s, true
}

// sameLetter compares with the pattern's letter in upper and in lower case,
// which is narrower than Unicode folding (the Kelvin sign is not a k).
func sameLetter(got, want rune) bool {
	return got == unicode.ToLower(want) || got == unicode.ToUpper(want)
}

func compileWildcard(operand node) (valueTest, error) {
	if operand.kind != kindString {
		return nil, fmt.Errorf("wildcard takes a string, not %s", operand.kind)
	}
	pieces, err := wildcardPieces(operand.text)
	if err != nil {
		return nil, err
	}
	return stringTest(func(s string) bool { return matchPieces(s, pieces) }), nil
}

// wildcardPieces splits a wildcard into the literal texts between its stars.
func wildcardPieces(wildcard string) ([]string, error) {
	var pieces []string
	var piece strings.Builder
	for i := 0; i < len(wildcard); i++ {
		switch c := wildcard[i]; {
		case c == '*' && strings.HasPrefix(wildcard[i+1:], "*"):
			return nil, fmt.Errorf("wildcard %q has two consecutive stars at position %d", wildcard, i)
		case c == '*':
			pieces = append(pieces, piece.String())
			piece.Reset()
		case c == '\\':
			i++
			if i == len(wildcard) || (wildcard[i] != '*' && wildcard[i] != '\\') {
				return nil, fmt.Errorf(`wildcard %q has an escape other than \* and \\ at position %d`, wildcard, i-1)
			}
			piece.WriteByte(wildcard[i])
		default:
			piece.WriteByte(c)
		}
	}
	return append(pieces, piece.String()), nil
}

// matchPieces reports whether s is the pieces in order with anything between
// them. Taking each piece where it first occurs is enough, so that the time is
// that of searching s once, however many stars there are.
func matchPieces(s string, pieces []string) bool {
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(pieces) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(s, piece)
		if i < 0 {
			return false
		}
		s = s[i+len(piece):]
	}
	return true
}
