package eventpattern

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// number is a JSON number. AWS compares numbers as doubles, but only those
// that a double holds without loss; others are equal only when written alike.
type number struct {
	text  string
	float float64
	exact bool // float is the number that text says
}

func newNumber(text string) number {
	n := number{text: text}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return n // beyond what a double holds
	}
	digits, exponent := decimal(text)
	shortDigits, shortExponent := decimal(strconv.FormatFloat(float, 'e', -1, 64))
	n.float = float
	n.exact = digits == shortDigits && exponent == shortExponent
	return n
}

// decimal returns the significant digits of a number, without sign, and the
// power of ten they are multiplied by; zero has no digits.
func decimal(text string) (digits string, exponent int) {
	text = strings.TrimPrefix(strings.ToLower(text), "-")
	mantissa, power, _ := strings.Cut(text, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(digits, "0")
	if trimmed == "" {
		return "", 0
	}
	if power != "" {
		// An exponent too large for an int was refused by ParseFloat, or is so
		// small that the nearest double is zero, which has no digits.
		exponent, _ = strconv.Atoi(power)
	}
	return trimmed, exponent - len(fraction) + len(digits) - len(trimmed)
}

// sameNumber is an exact match or an excluded value of anything-but.
type sameNumber struct{ want number }

func (t sameNumber) accepts(v *value) bool {
	if v.kind != kindNumber || v.number.exact != t.want.exact {
		return false
	}
	if t.want.exact {
		return v.number.float == t.want.float
	}
	return v.number.text == t.want.text
}

// bound is one comparison of a numeric match, such as "<=" 5.
type bound struct {
	operator string
	limit    float64
}

func (b bound) holds(x float64) bool {
	switch b.operator {
	case "=":
		return x == b.limit
	case "<":
		return x < b.limit
	case "<=":
		return x <= b.limit
	case ">":
		return x > b.limit
	default: // ">=", by readBound
		return x >= b.limit
	}
}

// numericRange accepts the JSON numbers for which all bounds hold.
type numericRange []bound

func (r numericRange) accepts(v *value) bool {
	if v.kind != kindNumber || !v.number.exact {
		return false
	}
	for _, b := range r {
		if !b.holds(v.number.float) {
			return false
		}
	}
	return true
}

// compileNumeric reads [operator, number] or a range [">" or ">=", number, "<"
// or "<=", number].
func compileNumeric(operand node) (valueTest, error) {
	if operand.kind != kindArray {
		return nil, fmt.Errorf("numeric takes an array, not %s", operand.kind)
	}
	terms := operand.items
	if len(terms) != 2 && len(terms) != 4 {
		return nil, fmt.Errorf("numeric takes one or two pairs of operator and number, not %d terms", len(terms))
	}
	lower, err := readBound(terms[0], terms[1])
	if err != nil {
		return nil, err
	}
	if len(terms) == 2 {
		return numericRange{lower}, nil
	}
	upper, err := readBound(terms[2], terms[3])
	if err != nil {
		return nil, err
	}
	return compileRange(lower, upper)
}

func compileRange(lower, upper bound) (valueTest, error) {
	if lower.operator[0] != '>' || upper.operator[0] != '<' {
		return nil, fmt.Errorf("numeric range %q … %q must be a lower bound, then an upper bound", lower.operator, upper.operator)
	}
	if lower.limit >= upper.limit {
		return nil, errors.New("numeric range: the lower bound must be less than the upper bound")
	}
	return numericRange{lower, upper}, nil
}

func readBound(operator, operand node) (bound, error) {
	if operator.kind != kindString {
		return bound{}, fmt.Errorf("numeric operator must be a string, not %s", operator.kind)
	}
	switch operator.text {
	case "=", "<", "<=", ">", ">=":
	default:
		return bound{}, fmt.Errorf("unrecognized numeric operator %q", operator.text)
	}
	if operand.kind != kindNumber {
		return bound{}, fmt.Errorf("numeric %q takes a number, not %s", operator.text, operand.kind)
	}
	n := newNumber(operand.text)
	if !n.exact {
		return bound{}, fmt.Errorf("numeric %q cannot compare the number %s", operator.text, operand.text)
	}
	return bound{operator: operator.text, limit: n.float}, nil
}
