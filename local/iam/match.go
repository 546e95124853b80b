package iam

import (
	"strings"
	"unicode/utf8"
)

// Match tells whether value matches a pattern in which * stands for any
// characters, none included, and ? for exactly one.
func Match(pattern, value string) bool {
	p, v := 0, 0
	star, mark := -1, 0 // after the last *, and how much of value it took
	for v < len(value) {
		_, size := utf8.DecodeRuneInString(value[v:])
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, mark = p, v
		case p < len(pattern) && pattern[p] == '?':
			p++
			v += size
		case p < len(pattern) && pattern[p] == value[v]:
			p++
			v++
		case star >= 0:
			_, size := utf8.DecodeRuneInString(value[mark:])
			mark += size
			p, v = star, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
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

// matchResource compares a Resource element. A pattern that ends early, such
// as arn:aws:sqs:*, has wildcards in the parts that are missing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func matchResource(patterns []string, resource string) bool {
	for _, pattern := range patterns {
		if missing := arnParts - 1 - strings.Count(pattern, ":"); missing > 0 && pattern != "*" {
			pattern += strings.Repeat(":*", missing)
		}
		if matchARN(pattern, resource) {
			return true
		}
	}
	return false
}

// arnParts is how many parts an ARN has: arn:partition:service:region:account:resource.
const arnParts = 6

// matchARN compares the parts of two ARNs one by one, so that a wildcard does
// not reach over a colon of the first five. A pattern with fewer parts matches
// nothing, except a lone *.
func matchARN(pattern, value string) bool {
	patterns, values := strings.SplitN(pattern, ":", arnParts), strings.SplitN(value, ":", arnParts)
	if len(patterns) != arnParts || len(values) != arnParts {
		return pattern == "*"
	}
	for i := range patterns {
		if !Match(patterns[i], values[i]) {
			return false
		}
	}
	return true
}
