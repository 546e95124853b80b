package chaos

import (
	"regexp"
	"strings"
)

// volatile is what differs from run to run: UUIDs, trace ids, times as text and
// as numbers since 1970, ports of this machine, sequence numbers, iterators and
// receipt handles.
var volatile = regexp.MustCompile(strings.Join([]string{
	`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`,
	`1-[0-9a-f]{8}-[0-9a-f]{24}`,
	`\b[0-9a-f]{16,}\b`,
	`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?`,
	`\b1[6-9]\d{8}(\d{3})?(\.\d+)?\b`,
	`(127\.0\.0\.1|localhost):\d+`,
	`\d{17,}`,
	`[A-Za-z0-9+/=_-]{60,}`,
}, "|"))

// The shortest match of volatile, and the shortest without a digit.
const (
	shortest      = 10
	shortestPlain = 16
)

// lasting is the text with a * for all that is volatile. The expression is slow
// and every call is looked at, so only the words that may have a match meet it.
func lasting(text []byte) []byte {
	kept := make([]byte, 0, len(text))
	for len(text) > 0 {
		end, digits := word(text)
		switch {
		case end == 0:
			end = 1
			kept = append(kept, text[0])
		case end < shortest || !digits && end < shortestPlain:
			kept = append(kept, text[:end]...)
		default:
			kept = append(kept, volatile.ReplaceAll(text[:end], []byte("*"))...)
		}
		text = text[end:]
	}
	return kept
}

// word is the length of the longest beginning of a text which has nothing but
// the characters that matches of volatile are made of, and whether it has
// digits. A space is one of them between digits only.
func word(text []byte) (end int, digits bool) {
	for end < len(text) {
		switch c := text[end]; {
		case digit(c):
			digits = true
		case c == ' ' && (end == 0 || !digit(text[end-1]) || end+1 == len(text) || !digit(text[end+1])):
			return end, digits
		case c != ' ' && !ofWords[c]:
			return end, digits
		}
		end++
	}
	return end, digits
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// ofWords has the characters of words but the space.
var ofWords = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.:") {
		is[c] = true
	}
	return is
}()
