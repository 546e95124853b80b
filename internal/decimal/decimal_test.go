package decimal_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"eda-demo/internal/decimal"
)

func TestScaled(t *testing.T) {
	tests := []struct {
		literal  string
		decimals int
		want     int64
		err      error
	}{
		{"0", 0, 0, nil},
		{"-0", 2, 0, nil},
		{"-0.0e5", 2, 0, nil},
		{"0e99999999999999999999", 2, 0, nil},
		{"100", 0, 100, nil},
		{"100", 2, 10000, nil},
		{"1e2", 0, 100, nil},
		{"1E+2", 0, 100, nil},
		{"100.0", 0, 100, nil},
		{"1000000000.00", 2, 100000000000, nil},
		{"0.01", 2, 1, nil},
		{"1.00e-2", 2, 1, nil},
		{"10000e-6", 2, 1, nil},
		{"-12.5", 2, -1250, nil},
		{"9007199254740991", 0, 9007199254740991, nil},
		{"999999999999999999", 0, 999999999999999999, nil},
		{"1.5", 0, 0, decimal.ErrPrecision},
		{"0.001", 2, 0, decimal.ErrPrecision},
		{"1e-400", 2, 0, decimal.ErrPrecision},
		{"1e-99999999999999999999", 2, 0, decimal.ErrPrecision},
		{"1e400", 2, 0, decimal.ErrRange},
		{"1e99999999999999999999", 2, 0, decimal.ErrRange},
		{"1e1152921504606846976", 2, 0, decimal.ErrRange},
		{"1000000000000000000", 0, 0, decimal.ErrRange},
		{strings.Repeat("9", 16000), 2, 0, decimal.ErrRange},
		{"0." + strings.Repeat("0", 15000) + "1e15001", 0, 1, nil},
		{"", 0, 0, decimal.ErrSyntax},
		{"-", 0, 0, decimal.ErrSyntax},
		{"+1", 0, 0, decimal.ErrSyntax},
		{"01", 0, 0, decimal.ErrSyntax},
		{"1.", 0, 0, decimal.ErrSyntax},
		{".5", 0, 0, decimal.ErrSyntax},
		{"1e", 0, 0, decimal.ErrSyntax},
		{"1e+", 0, 0, decimal.ErrSyntax},
		{"1e2x", 0, 0, decimal.ErrSyntax},
		{"0x10", 0, 0, decimal.ErrSyntax},
		{"NaN", 0, 0, decimal.ErrSyntax},
		{"Infinity", 0, 0, decimal.ErrSyntax},
		{"1_000", 0, 0, decimal.ErrSyntax},
		{" 1", 0, 0, decimal.ErrSyntax},
		{"١", 0, 0, decimal.ErrSyntax},
	}
	for _, tt := range tests {
		got, err := decimal.Scaled(tt.literal, tt.decimals)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Scaled(%.40q, %d) = %d, %v, want %d, %v", tt.literal, tt.decimals, got, err, tt.want, tt.err)
		}
	}
}

// FuzzScaled compares with big rationals, which know no range: whatever JSON
// calls a number is read to its exact value or refused for a reason that holds.
func FuzzScaled(f *testing.F) {
	for _, seed := range []string{"0", "-0", "1e2", "100.50", "1e400", "-1.25E-2", "01", "1.", "9007199254740993", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, literal string) {
		got, err := decimal.Scaled(literal, 2)
		if isNumber := json.Valid([]byte(literal)) && strings.Trim(literal, "-0123456789.eE+") == ""; isNumber == errors.Is(err, decimal.ErrSyntax) {
			t.Fatalf("Scaled(%q) gives %v, but that it is a JSON number is %v", literal, err, isNumber)
		}
		if errors.Is(err, decimal.ErrSyntax) || len(literal) > 40 || hugeExponent(literal) {
			return
		}
		exact, _ := new(big.Rat).SetString(literal)
		exact.Mul(exact, big.NewRat(100, 1))
		switch {
		case err == nil && exact.Cmp(big.NewRat(got, 1)) != 0:
			t.Errorf("Scaled(%q, 2) = %d, want %s", literal, got, exact)
		case errors.Is(err, decimal.ErrPrecision) && exact.IsInt():
			t.Errorf("Scaled(%q, 2) refuses the decimals of %s", literal, exact)
		case errors.Is(err, decimal.ErrRange) && len(exact.Num().String()) < 18:
			t.Errorf("Scaled(%q, 2) calls %s out of range", literal, exact)
		}
	})
}

// hugeExponent reports an exponent with which a big.Rat would take too long.
func hugeExponent(literal string) bool {
	_, exponent, _ := strings.Cut(strings.ToLower(literal), "e")
	return len(strings.TrimLeft(exponent, "+-0")) > 3
}
