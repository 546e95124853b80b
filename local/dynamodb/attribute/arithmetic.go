package attribute

import (
	"fmt"

	"github.com/cockroachdb/apd/v3"
)

// context computes with enough digits that the sum of any two numbers that have a result of 38 digits is exact.
var context = apd.Context{
	Precision:   maxDigits + maxExponent - minExponent + 2,
	MaxExponent: apd.MaxExponent,
	MinExponent: apd.MinExponent,
}

// Add computes n + m. A result beyond a number's range or precision is refused, never rounded.
func (n Number) Add(m Number) (Number, error) {
	return n.combine(m, context.Add)
}

// Sub computes n - m. A result beyond a number's range or precision is refused, never rounded.
func (n Number) Sub(m Number) (Number, error) {
	return n.combine(m, context.Sub)
}

func (n Number) combine(m Number, op func(d, x, y *apd.Decimal) (apd.Condition, error)) (Number, error) {
	var sum apd.Decimal
	if _, err := op(&sum, n.decimal(), m.decimal()); err != nil {
		return Number{}, fmt.Errorf("computing with %s and %s: %w", n, m, err)
	}
	return fromDecimal(&sum)
}

func (n Number) decimal() *apd.Decimal {
	negative, digits, lead := n.parts()
	d := new(apd.Decimal)
	if digits == "" {
		return d
	}
	d.Coeff.SetString(digits, 10)
	d.Negative = negative
	d.Exponent = int32(lead - len(digits) + 1)
	return d
}

func fromDecimal(d *apd.Decimal) (Number, error) {
	return newNumber(d.Negative, d.Coeff.String(), int(d.Exponent))
}
