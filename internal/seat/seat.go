// Package seat decides which booking gets which seat of a flight: one seat to
// one booking, and one booking to one seat, whatever arrives twice, late or at
// the same time.
package seat

import (
	"cmp"
	"regexp"
	"strconv"
)

// seatName is how seats are written: a row without leading zeros, and a letter.
var seatName = regexp.MustCompile(`^[1-9][0-9]?[A-Z]$`)

// Compare orders seats, which must be well-formed, by row and letter, for
// slices.SortFunc.
func Compare(a, b string) int {
	return cmp.Or(cmp.Compare(row(a), row(b)), cmp.Compare(a, b))
}

func row(seat string) int {
	n, _ := strconv.Atoi(seat[:len(seat)-1])
	return n
}
