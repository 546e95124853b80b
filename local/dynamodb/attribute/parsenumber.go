package attribute

import (
	"errors"
	"strconv"
	"strings"
)

// ParseNumber reads a number as a client may write it: an optional sign, digits with an optional point, an optional
// exponent. Its errors have DynamoDB's texts.
func ParseNumber(text string) (Number, error) {
	mantissa, exponent, ok := splitExponent(text)
	if !ok {
		return Number{}, notNumeric(text)
	}
	negative := strings.HasPrefix(mantissa, "-")
	if negative || strings.HasPrefix(mantissa, "+") {
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || !allDigits(digits) {
		return Number{}, notNumeric(text)
	}
	return newNumber(negative, digits, exponent-len(fraction))
}

// splitExponent cuts "1.5e3" into "1.5" and 3.
func splitExponent(text string) (mantissa string, exponent int, ok bool) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, true
	}
	digits := text[at+1:]
	sign := 1
	if strings.HasPrefix(digits, "-") {
		sign = -1
	}
	if sign < 0 || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	if digits == "" || !allDigits(digits) {
		return "", 0, false
	}
	return text[:at], sign * bounded(digits), true
}

// bounded reads an exponent; one too large for any use becomes one that is surely out of range, whatever the mantissa.
func bounded(digits string) int {
	const beyond = 1 << 40
	n, err := strconv.Atoi(digits)
	if err != nil || n > beyond {
		return beyond
	}
	return n
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func notNumeric(text string) error {
	if text == "" {
		return errors.New("The parameter cannot be converted to a numeric value")
	}
	return errors.New("The parameter cannot be converted to a numeric value: " + text)
}
