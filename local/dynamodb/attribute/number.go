package attribute

import (
	"errors"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Limits of a number: significant digits, and the decimal exponent of its first digit.
const (
	maxDigits   = 38
	minExponent = -130
	maxExponent = 125
)

// Number is a value of type N: a decimal of up to 38 significant digits with a magnitude from 1E-130 to 9.9…E+125.
// Numbers are equal if and only if they are == ; the zero Number is not valid, use ParseNumber.
//
// It holds the number in an encoding whose byte order is the numeric order, so that it also serves as a sort key:
// a sign byte, the exponent of the first digit, the digits; for negative numbers the last two are complemented.
type Number struct{ enc string }

const (
	signNegative = '\x01'
	signZero     = '\x02'
	signPositive = '\x03'
	// endNegative follows a negative number's digits: -1 is greater than -1.5.
	endNegative = '\xff'
)

// Errors of numbers, with DynamoDB's texts.
var (
	ErrNumberOverflow  = errors.New("Number overflow. Attempting to store a number with magnitude larger than supported range")
	ErrNumberUnderflow = errors.New("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	ErrNumberPrecision = errors.New("Attempting to store more than 38 significant digits in a Number")
)

var zero = Number{enc: string(signZero)}

// newNumber builds a number from its sign, its decimal digits (any zeros around them are dropped)
// and the exponent of the last digit.
func newNumber(negative bool, digits string, exponent int) (Number, error) {
	digits = strings.TrimLeft(digits, "0")
	trimmed := strings.TrimRight(digits, "0")
	if trimmed == "" {
		return zero, nil
	}
	lead := exponent + len(digits) - 1
	switch {
	case lead > maxExponent:
		return Number{}, ErrNumberOverflow
	case lead < minExponent:
		return Number{}, ErrNumberUnderflow
	case len(trimmed) > maxDigits:
		return Number{}, ErrNumberPrecision
	}
	return encodeNumber(negative, trimmed, lead), nil
}

func encodeNumber(negative bool, digits string, lead int) Number {
	exponent := byte(lead - minExponent)
	if !negative {
		return Number{enc: string(signPositive) + string([]byte{exponent}) + digits}
	}
	enc := make([]byte, 0, len(digits)+3)
	enc = append(enc, signNegative, 255-exponent)
	for i := range len(digits) {
		enc = append(enc, '0'+'9'-digits[i])
	}
	return Number{enc: string(append(enc, endNegative))}
}

// parts is the inverse of encodeNumber; zero has no digits.
func (n Number) parts() (negative bool, digits string, lead int) {
	if len(n.enc) < 3 {
		return false, "", 0
	}
	if n.enc[0] == signPositive {
		return false, n.enc[2:], int(n.enc[1]) + minExponent
	}
	mirrored := []byte(n.enc[2 : len(n.enc)-1])
	for i, d := range mirrored {
		mirrored[i] = '0' + '9' - d
	}
	return true, string(mirrored), int(255-n.enc[1]) + minExponent
}

// isEncodedNumber tells whether enc is what encodeNumber makes.
func isEncodedNumber(enc string) bool {
	if enc == zero.enc {
		return true
	}
	if len(enc) < 3 {
		return false
	}
	exponent, digits, outermost := enc[1], enc[2:], byte('0')
	if enc[0] == signNegative {
		exponent, digits, outermost = 255-enc[1], enc[2:len(enc)-1], '9'
	}
	signed := enc[0] == signPositive || enc[0] == signNegative && enc[len(enc)-1] == endNegative
	return signed && digits != "" && len(digits) <= maxDigits && int(exponent) <= maxExponent-minExponent &&
		allDigits(digits) && digits[0] != outermost && digits[len(digits)-1] != outermost
}

// String writes the number as DynamoDB returns it: plain digits, no exponent, no superfluous zeros.
func (n Number) String() string {
	negative, digits, lead := n.parts()
	if digits == "" {
		return "0"
	}
	var out strings.Builder
	if negative {
		out.WriteByte('-')
	}
	whole := lead + 1 // digits before the decimal point
	switch {
	case whole <= 0:
		out.WriteString("0." + strings.Repeat("0", -whole) + digits)
	case whole >= len(digits):
		out.WriteString(digits + strings.Repeat("0", whole-len(digits)))
	default:
		out.WriteString(digits[:whole] + "." + digits[whole:])
	}
	return out.String()
}

// SortKey is a byte string ordered as the numbers are.
func (n Number) SortKey() string { return n.enc }

// Integer makes a number of a small integer.
func Integer(i int) Number {
	var d apd.Decimal
	d.SetInt64(int64(i))
	n, err := fromDecimal(&d)
	if err != nil {
		return zero // unreachable: an int has at most 19 digits
	}
	return n
}

// Int64 is the integer part of the number; ok is false if it does not fit.
func (n Number) Int64() (i int64, ok bool) {
	var whole apd.Decimal
	if _, err := context.Floor(&whole, n.decimal()); err != nil {
		return 0, false
	}
	i, err := whole.Int64()
	return i, err == nil
}
