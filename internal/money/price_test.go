package money_test

import (
	"errors"
	"testing"

	"eda-demo/internal/decimal"
	"eda-demo/internal/money"
)

func TestParsePrice(t *testing.T) {
	for literal, want := range map[string]money.Amount{
		"0.01": money.MinPrice, "1e2": 100_00, "100.50": 100_50, "1000000000.00": money.MaxPrice,
	} {
		if got, err := money.ParsePrice(literal); got != want || err != nil {
			t.Errorf("ParsePrice(%q) = %s, %v, want %s", literal, got, err, want)
		}
	}
	for literal, cause := range map[string]error{
		"0": money.ErrPrice, "-0": money.ErrPrice, "-1": money.ErrPrice, "1000000000.01": money.ErrPrice,
		"0.001": decimal.ErrPrecision, "1e400": decimal.ErrRange, `"1"`: decimal.ErrSyntax,
	} {
		if got, err := money.ParsePrice(literal); !errors.Is(err, money.ErrPrice) || !errors.Is(err, cause) {
			t.Errorf("ParsePrice(%q) = %s, %v, want the errors %v and %v", literal, got, err, money.ErrPrice, cause)
		}
	}
}
