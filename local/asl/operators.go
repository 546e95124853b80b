package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// operator is a comparison operator of Choice rules.
// https://states-language.net/spec.html#choice-state
type operator struct {
	// operand checks the value given in the definition.
	operand func(any) bool
	expects string
	compare func(value, with any) bool
	// hasPath is set if there is a variant that ends in Path.
	hasPath bool
	// ofPresence is set for IsPresent, which asks for the path, not its value.
	ofPresence bool
}

var operators = allOperators()

func allOperators() map[string]operator {
	all := map[string]operator{
		"BooleanEquals": {operand: isBoolean, expects: "a boolean", compare: sameBoolean, hasPath: true},
		"StringMatches": {operand: isString, expects: "a string", compare: matches},
		"IsPresent":     {operand: isBoolean, expects: "a boolean", ofPresence: true},
		"IsNull":        typeTest(func(v any) bool { return v == nil }),
		"IsBoolean":     typeTest(isBoolean),
		"IsNumeric":     typeTest(isNumber),
		"IsString":      typeTest(isString),
		"IsTimestamp":   typeTest(isTimestamp),
	}
	orders := map[string]func(int) bool{
		"Equals":            func(c int) bool { return c == 0 },
		"LessThan":          func(c int) bool { return c < 0 },
		"GreaterThan":       func(c int) bool { return c > 0 },
		"LessThanEquals":    func(c int) bool { return c <= 0 },
		"GreaterThanEquals": func(c int) bool { return c >= 0 },
	}
	for suffix, order := range orders {
		all["String"+suffix] = operator{operand: isString, expects: "a string", compare: ordered(compareStrings, order), hasPath: true}
		all["Numeric"+suffix] = operator{operand: isNumber, expects: "a number", compare: ordered(compareNumerics, order), hasPath: true}
		all["Timestamp"+suffix] = operator{operand: isTimestamp, expects: "an RFC 3339 timestamp", compare: ordered(compareTimes, order), hasPath: true}
	}
	return all
}

// accepts checks the operand in the definition.
func (o operator) accepts(operand any) error {
	if !o.operand(operand) {
		return fmt.Errorf("Expected %s", o.expects)
	}
	if pattern, ok := operand.(string); ok && o.isMatch() {
		return checkPattern(pattern)
	}
	return nil
}

// isMatch tells StringMatches: the only string operator without a Path variant.
func (o operator) isMatch() bool { return !o.hasPath && o.expects == "a string" }

func typeTest(is func(any) bool) operator {
	return operator{operand: isBoolean, expects: "a boolean", compare: func(value, with any) bool { return is(value) == with }}
}

func isString(v any) bool  { _, ok := v.(string); return ok }
func isNumber(v any) bool  { _, ok := v.(json.Number); return ok }
func isBoolean(v any) bool { _, ok := v.(bool); return ok }

func isTimestamp(v any) bool { _, ok := parseTimestamp(v); return ok }

func sameBoolean(value, with any) bool { return isBoolean(value) && isBoolean(with) && value == with }

// ordered makes a comparison of an order. Values of other types than the
// order's are never equal, less or greater.
func ordered(compare func(a, b any) (int, bool), holds func(int) bool) func(value, with any) bool {
	return func(value, with any) bool {
		c, comparable := compare(value, with)
		return comparable && holds(c)
	}
}

func compareStrings(a, b any) (int, bool) {
	x, ok := a.(string)
	y, both := b.(string)
	return strings.Compare(x, y), ok && both
}

func compareNumerics(a, b any) (int, bool) {
	x, ok := a.(json.Number)
	y, both := b.(json.Number)
	if !ok || !both {
		return 0, false
	}
	return compareNumbers(x, y), true
}

func compareTimes(a, b any) (int, bool) {
	x, ok := parseTimestamp(a)
	y, both := parseTimestamp(b)
	return time.Time.Compare(x, y), ok && both
}

// checkPattern refuses a StringMatches pattern in which a backslash stands
// before anything but * or another backslash.
func checkPattern(pattern string) error {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		i++
		if i == len(pattern) || pattern[i] != '*' && pattern[i] != '\\' {
			return errors.New(`a backslash must stand before * or another backslash`)
		}
	}
	return nil
}

// matches tells whether a string matches a pattern in which * stands for any
// characters, \* for a star and \\ for a backslash.
func matches(value, with any) bool {
	s, ok := value.(string)
	pattern, isPattern := with.(string)
	if !ok || !isPattern {
		return false
	}
	parts := patternParts(pattern)
	first, rest := parts[0], parts[1:]
	s, ok = strings.CutPrefix(s, first)
	if !ok || len(rest) == 0 {
		return ok && s == ""
	}
	for _, part := range rest[:len(rest)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, rest[len(rest)-1])
}

// patternParts splits a pattern at its stars and resolves the escapes.
func patternParts(pattern string) []string {
	parts := []string{}
	var part strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			part.WriteByte(pattern[i])
		case pattern[i] == '*':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(pattern[i])
		}
	}
	return append(parts, part.String())
}
