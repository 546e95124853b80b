package iam

import "strings"

// Match tells whether value matches a pattern in which * stands for any
// characters, none included, and ? for exactly one.
func Match(pattern, value string) bool {
	p, v := 0, 0
	star, mark := -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, v
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == value[v]):
			p++
			v++
		case star >= 0:
			mark++
			p, v = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func matchAny(patterns []string, value string) bool {
	for _, pattern := range patterns {
		if Match(pattern, value) {
			return true
		}
	}
	return false
}

// matchAction compares without regard to case, as IAM does for actions.
func matchAction(patterns []string, action string) bool {
	action = strings.ToLower(action)
	for _, pattern := range patterns {
		if Match(strings.ToLower(pattern), action) {
			return true
		}
	}
	return false
}

// matchARN compares the six parts of two ARNs one by one, so that a wildcard
// does not reach over a colon of the first five.
func matchARN(pattern, value string) bool {
	patterns, values := strings.SplitN(pattern, ":", 6), strings.SplitN(value, ":", 6)
	if len(patterns) != 6 || len(values) != 6 {
		return Match(pattern, value)
	}
	for i := range patterns {
		if !Match(patterns[i], values[i]) {
			return false
		}
	}
	return true
}
