// Package money holds amounts as whole cents, so that none is ever a binary
// float between the wire and the table.
package money

import (
	"fmt"
	"strconv"
	"strings"

	"eda-demo/internal/decimal"
)

// Amount is a sum in cents of the one currency of the system. Its text, in
// JSON and in DynamoDB's numbers alike, is a decimal without exponent and
// without needless zeros: 100, 100.5, 0.01.
type Amount int64

// decimals is the number of decimals that an amount has at most.
const decimals = 2

// Parse reads a JSON number by its value: 1e2 and 100.0 are 100. Its errors
// are decimal.ErrSyntax, decimal.ErrPrecision (more than two decimals) and
// decimal.ErrRange (more than 16 digits before the point).
func Parse(literal string) (Amount, error) {
	cents, err := decimal.Scaled(literal, decimals)
	return Amount(cents), err
}

// String gives the amount in its normalized form.
func (a Amount) String() string {
	return string(a.append(make([]byte, 0, 24)))
}

func (a Amount) append(b []byte) []byte {
	cents := uint64(a)
	if a < 0 {
		b = append(b, '-')
		cents = -cents
	}
	b = strconv.AppendUint(b, cents/100, 10)
	rest := cents % 100
	if rest == 0 {
		return b
	}
	b = append(b, '.', byte('0'+rest/10))
	if rest%10 != 0 {
		b = append(b, byte('0'+rest%10))
	}
	return b
}

// MarshalJSON writes a JSON number in normalized form.
func (a Amount) MarshalJSON() ([]byte, error) {
	return a.append(make([]byte, 0, 24)), nil
}

// UnmarshalJSON reads a JSON number; a string that looks like one is refused.
func (a *Amount) UnmarshalJSON(data []byte) error {
	literal := strings.TrimSpace(string(data))
	amount, err := Parse(literal)
	if err != nil {
		return fmt.Errorf("reading the amount %.40q: %w", literal, err)
	}
	*a = amount
	return nil
}
