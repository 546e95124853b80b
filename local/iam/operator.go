package iam

import (
	"strconv"
	"strings"
	"time"
)

// operator is a condition operator. A negated one holds when no value of the
// policy compares equal, and also when the key is absent.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type operator struct {
	compare func(request, policy string) bool
	negated bool
	valid   func(policy string) bool // nil: any text
}

var operators = map[string]operator{
	"StringEquals":              {compare: equal},
	"StringNotEquals":           {compare: equal, negated: true},
	"StringEqualsIgnoreCase":    {compare: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {compare: strings.EqualFold, negated: true},
	"StringLike":                {compare: like},
	"StringNotLike":             {compare: like, negated: true},
	"ArnEquals":                 {compare: likeARN},
	"ArnLike":                   {compare: likeARN},
	"ArnNotEquals":              {compare: likeARN, negated: true},
	"ArnNotLike":                {compare: likeARN, negated: true},
	"Bool":                      {compare: strings.EqualFold, valid: isBool},
	"NumericEquals":             numeric(func(r, p float64) bool { return r == p }),
	"NumericNotEquals":          not(numeric(func(r, p float64) bool { return r == p })),
	"NumericLessThan":           numeric(func(r, p float64) bool { return r < p }),
	"NumericLessThanEquals":     numeric(func(r, p float64) bool { return r <= p }),
	"NumericGreaterThan":        numeric(func(r, p float64) bool { return r > p }),
	"NumericGreaterThanEquals":  numeric(func(r, p float64) bool { return r >= p }),
	"DateEquals":                date(func(r, p time.Time) bool { return r.Equal(p) }),
	"DateNotEquals":             not(date(func(r, p time.Time) bool { return r.Equal(p) })),
	"DateLessThan":              date(func(r, p time.Time) bool { return r.Before(p) }),
	"DateLessThanEquals":        date(func(r, p time.Time) bool { return !r.After(p) }),
	"DateGreaterThan":           date(func(r, p time.Time) bool { return r.After(p) }),
	"DateGreaterThanEquals":     date(func(r, p time.Time) bool { return !r.Before(p) }),
}

func (op operator) holdsForAll(request, policy []string) bool {
	for _, value := range request {
		if !op.holds(value, policy) {
			return false
		}
	}
	return true
}

func (op operator) holdsForAny(request, policy []string) bool {
	for _, value := range request {
		if op.holds(value, policy) {
			return true
		}
	}
	return false
}

func (op operator) holds(request string, policy []string) bool {
	for _, value := range policy {
		if op.compare(request, value) {
			return !op.negated
		}
	}
	return op.negated
}

func equal(request, policy string) bool   { return request == policy }
func like(request, policy string) bool    { return Match(policy, request) }
func likeARN(request, policy string) bool { return matchARN(policy, request) }

func isBool(text string) bool {
	return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
}

func not(op operator) operator {
	op.negated = true
	return op
}

func numeric(compare func(request, policy float64) bool) operator {
	return parsed(func(text string) (float64, error) { return strconv.ParseFloat(text, 64) }, compare)
}

func date(compare func(request, policy time.Time) bool) operator {
	return parsed(parseDate, compare)
}

// parsed is an operator on values that are read from their text. A value of
// the request that can't be read equals nothing.
func parsed[T any](parse func(text string) (T, error), compare func(request, policy T) bool) operator {
	return operator{
		valid: func(text string) bool { _, err := parse(text); return err == nil },
		compare: func(request, policy string) bool {
			r, err1 := parse(request)
			p, err2 := parse(policy)
			return err1 == nil && err2 == nil && compare(r, p)
		},
	}
}

// parseDate reads a date as policies write it: ISO 8601, or seconds since 1970.
func parseDate(text string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}
