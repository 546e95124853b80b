package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"eda-demo/internal/decimal"
	"eda-demo/internal/money"
)

func TestParseAndString(t *testing.T) {
	tests := []struct {
		literal string
		cents   money.Amount
		text    string
	}{
		{"100", 10000, "100"},
		{"1e2", 10000, "100"},
		{"100.0", 10000, "100"},
		{"100.50", 10050, "100.5"},
		{"100.05", 10005, "100.05"},
		{"0.01", 1, "0.01"},
		{"-0", 0, "0"},
		{"-12.34", -1234, "-12.34"},
		{"1000000000.00", 100000000000, "1000000000"},
		{"999999999.99", 99999999999, "999999999.99"},
	}
	for _, tt := range tests {
		got, err := money.Parse(tt.literal)
		if got != tt.cents || err != nil {
			t.Errorf("Parse(%q) = %d, %v, want %d", tt.literal, int64(got), err, int64(tt.cents))
		}
		if got.String() != tt.text {
			t.Errorf("Parse(%q).String() = %q, want %q", tt.literal, got.String(), tt.text)
		}
	}
}

func TestStringOfExtremes(t *testing.T) {
	for amount, want := range map[money.Amount]string{
		math.MaxInt64: "92233720368547758.07",
		math.MinInt64: "-92233720368547758.08",
	} {
		if got := amount.String(); got != want {
			t.Errorf("String() of %d cents = %q, want %q", int64(amount), got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for literal, want := range map[string]error{
		"1.005":  decimal.ErrPrecision,
		"1e400":  decimal.ErrRange,
		`"100"`:  decimal.ErrSyntax,
		"NaN":    decimal.ErrSyntax,
		"1,5":    decimal.ErrSyntax,
		"1e-400": decimal.ErrPrecision,
	} {
		if got, err := money.Parse(literal); !errors.Is(err, want) {
			t.Errorf("Parse(%q) = %v, %v, want the error %v", literal, got, err, want)
		}
	}
}

func TestJSON(t *testing.T) {
	type body struct {
		Amount money.Amount `json:"amount"`
	}
	var in body
	if err := json.Unmarshal([]byte(`{"amount": 1.005e2 }`), &in); err != nil {
		t.Fatalf("Unmarshal: %v", err)
	}
	out, err := json.Marshal(in)
	if want := `{"amount":100.5}`; string(out) != want || err != nil {
		t.Errorf("Marshal = %s, %v, want %s", out, err, want)
	}
	for _, bad := range []string{`{"amount":"100"}`, `{"amount":null}`, `{"amount":true}`, `{"amount":[1]}`, `{"amount":0.001}`} {
		if err := json.Unmarshal([]byte(bad), &in); err == nil {
			t.Errorf("Unmarshal(%s) gives no error, amount %v", bad, in.Amount)
		}
	}
}
