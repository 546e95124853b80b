package endpoint

import (
	"encoding/json"
	"errors"

	"eda-demo/internal/decimal"
	"eda-demo/internal/money"
)

// Price makes the Read of a field with a price: a JSON number from 0.01 to
// 1,000,000,000 with at most two decimals, taken by its value.
func Price(amount *money.Amount) func(json.RawMessage) string {
	return func(text json.RawMessage) (wrong string) {
		parsed, err := money.ParsePrice(string(text))
		switch {
		case errors.Is(err, decimal.ErrPrecision):
			return "must have at most two decimals"
		case err != nil:
			return "must be a number from 0.01 to 1000000000"
		}
		*amount = parsed
		return ""
	}
}
