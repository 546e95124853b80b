// Package decimal reads JSON numbers exactly, by value and not by notation:
// 1e2, 100 and 100.0 are the same number. No binary float is involved, and the
// cost is linear in the length of the literal, whatever its exponent says.
package decimal

import (
	"errors"
	"strconv"
	"strings"
)

var (
	// ErrSyntax says that the text is not a JSON number (RFC 8259, section 6).
	ErrSyntax = errors.New("not a JSON number")
	// ErrPrecision says that the number has more decimals than were allowed.
	ErrPrecision = errors.New("too many decimals")
	// ErrRange says that the number does not fit the result.
	ErrRange = errors.New("out of range")
)

// maxDigits is how many digits always fit an int64.
const maxDigits = 18

// Scaled returns the number that literal denotes, multiplied by 10^decimals:
// Scaled("1.5", 2) is 150. The result has at most 18 digits. Errors are
// ErrSyntax, ErrPrecision and ErrRange, in this order of precedence.
func Scaled(literal string, decimals int) (int64, error) {
	negative, digits, exponent, ok := split(literal)
	if !ok {
		return 0, ErrSyntax
	}
	if digits == "" {
		return 0, nil
	}
	exponent += int64(decimals)
	if exponent < 0 {
		return 0, ErrPrecision
	}
	if int64(len(digits))+exponent > maxDigits {
		return 0, ErrRange
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", int(exponent)), 10, 64)
	if err != nil {
		return 0, ErrSyntax
	}
	if negative {
		n = -n
	}
	return n, nil
}

// split takes a JSON number apart: its value is the integer that digits spells,
// times 10^exponent. The digits have neither leading nor trailing zeros, and
// zero has none.
func split(literal string) (negative bool, digits string, exponent int64, ok bool) {
	rest, negative := strings.CutPrefix(literal, "-")
	whole, rest := leadingDigits(rest)
	if whole == "" || (whole[0] == '0' && len(whole) > 1) {
		return false, "", 0, false
	}
	var fraction string
	if after, found := strings.CutPrefix(rest, "."); found {
		if fraction, rest = leadingDigits(after); fraction == "" {
			return false, "", 0, false
		}
	}
	exponent, ok = parseExponent(rest)
	if !ok {
		return false, "", 0, false
	}
	digits = strings.TrimLeft(whole+fraction, "0")
	exponent -= int64(len(fraction))
	trimmed := strings.TrimRight(digits, "0")
	exponent += int64(len(digits) - len(trimmed))
	return negative, trimmed, exponent, true
}

// parseExponent reads what follows a number's digits: nothing, or an exponent.
// One too large for the result to matter is cut off at a bound which the
// length of no text in memory can make up for.
func parseExponent(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	digits, rest := leadingDigits(s)
	if digits == "" || rest != "" {
		return 0, false
	}
	const bound = int64(1) << 60
	exponent, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || exponent > bound {
		exponent = bound
	}
	if negative {
		exponent = -exponent
	}
	return exponent, true
}

// leadingDigits splits s behind its leading ASCII digits.
func leadingDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}
