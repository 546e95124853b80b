package seat

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eda-demo/internal/ident"
)

// Layout is which seats an aircraft has: each of its letters in each of its
// rows, which are numbered from 1. A seat is named by row and letter: 12A.
// The zero Layout has no seats.
type Layout struct {
	rows    int
	letters string
}

var (
	layoutRows    = regexp.MustCompile(`^[1-9][0-9]?$`)
	layoutLetters = regexp.MustCompile(`^[A-Z]{1,10}$`)
)

// NewLayout reads a layout from its number of rows, 1 to 99, and the letters of
// the seats in each, 1 to 10 different ones of A to Z, whose order says nothing.
func NewLayout(rows, letters string) (Layout, error) {
	if !layoutRows.MatchString(rows) {
		return Layout{}, fmt.Errorf("%.40q rows: it must be a number from 1 to 99", rows)
	}
	if !layoutLetters.MatchString(letters) {
		return Layout{}, fmt.Errorf("the seats %.40q in a row: it must be 1 to 10 letters from A to Z", letters)
	}
	sorted := []byte(letters)
	slices.Sort(sorted)
	if len(slices.Compact(slices.Clone(sorted))) < len(sorted) {
		return Layout{}, fmt.Errorf("the seats %q in a row: a letter is there twice", letters)
	}
	n, err := strconv.Atoi(rows)
	return Layout{rows: n, letters: string(sorted)}, err
}

// Count is how many seats there are.
func (l Layout) Count() int { return l.rows * len(l.letters) }

// At is one of the seats, from 0 to Count()-1, ordered by row and letter.
func (l Layout) At(i int) string {
	return strconv.Itoa(i/len(l.letters)+1) + string(l.letters[i%len(l.letters)])
}

// Has reports whether there is such a seat.
func (l Layout) Has(seat string) bool {
	return ident.ValidSeat(seat) && row(seat) <= l.rows && strings.Contains(l.letters, seat[len(seat)-1:])
}

// Free lists the seats that are not among those taken, ordered by row and
// letter.
func (l Layout) Free(taken []string) []string {
	gone := make(map[string]bool, len(taken))
	for _, seat := range taken {
		gone[seat] = true
	}
	free := make([]string, 0, l.Count())
	for i := range l.Count() {
		if seat := l.At(i); !gone[seat] {
			free = append(free, seat)
		}
	}
	return free
}

// String tells layouts apart: "30 ABCDEF".
func (l Layout) String() string { return strconv.Itoa(l.rows) + " " + l.letters }
