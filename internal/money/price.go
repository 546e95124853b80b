package money

import (
	"errors"
	"fmt"
)

// What something may cost: 0.01 to 1,000,000,000.
const (
	MinPrice Amount = 1
	MaxPrice Amount = 1_000_000_000_00
)

// ErrPrice says that nothing can cost the amount.
var ErrPrice = errors.New("a price is a number from 0.01 to 1000000000 with at most two decimals")

// ParsePrice reads a JSON number by its value, or fails with ErrPrice, which
// then wraps decimal.ErrPrecision for one with too many decimals.
func ParsePrice(literal string) (Amount, error) {
	amount, err := Parse(literal)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrPrice, err)
	}
	return amount, amount.ValidatePrice()
}

// ValidatePrice fails with ErrPrice for an amount out of range.
func (a Amount) ValidatePrice() error {
	if a < MinPrice || a > MaxPrice {
		return ErrPrice
	}
	return nil
}
