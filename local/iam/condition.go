package iam

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// comparison decides one value of the request against one of the policy.
type comparison func(request, policy string) bool

// operator is a condition operator. A negated one holds when no value of the
// policy compares equal, and also when the key is absent.
type operator struct {
	compare comparison
	negated bool
}

var operators = map[string]operator{
	"StringEquals":              {equal, false},
	"StringNotEquals":           {equal, true},
	"StringEqualsIgnoreCase":    {strings.EqualFold, false},
	"StringNotEqualsIgnoreCase": {strings.EqualFold, true},
	"StringLike":                {like, false},
	"StringNotLike":             {like, true},
	"ArnEquals":                 {likeARN, false},
	"ArnLike":                   {likeARN, false},
	"ArnNotEquals":              {likeARN, true},
	"ArnNotLike":                {likeARN, true},
	"Bool":                      {strings.EqualFold, false},
	"NumericEquals":             {numeric(func(r, p float64) bool { return r == p }), false},
	"NumericNotEquals":          {numeric(func(r, p float64) bool { return r == p }), true},
	"NumericLessThan":           {numeric(func(r, p float64) bool { return r < p }), false},
	"NumericLessThanEquals":     {numeric(func(r, p float64) bool { return r <= p }), false},
	"NumericGreaterThan":        {numeric(func(r, p float64) bool { return r > p }), false},
	"NumericGreaterThanEquals":  {numeric(func(r, p float64) bool { return r >= p }), false},
	"DateEquals":                {date(func(r, p time.Time) bool { return r.Equal(p) }), false},
	"DateNotEquals":             {date(func(r, p time.Time) bool { return r.Equal(p) }), true},
	"DateLessThan":              {date(func(r, p time.Time) bool { return r.Before(p) }), false},
	"DateLessThanEquals":        {date(func(r, p time.Time) bool { return !r.After(p) }), false},
	"DateGreaterThan":           {date(func(r, p time.Time) bool { return r.After(p) }), false},
	"DateGreaterThanEquals":     {date(func(r, p time.Time) bool { return !r.Before(p) }), false},
}

func equal(request, policy string) bool   { return request == policy }
func like(request, policy string) bool    { return Match(policy, request) }
func likeARN(request, policy string) bool { return matchARN(policy, request) }

func numeric(compare func(request, policy float64) bool) comparison {
	return func(request, policy string) bool {
		r, err1 := strconv.ParseFloat(request, 64)
		p, err2 := strconv.ParseFloat(policy, 64)
		return err1 == nil && err2 == nil && compare(r, p)
	}
}

func date(compare func(request, policy time.Time) bool) comparison {
	return func(request, policy string) bool {
		r, err1 := time.Parse(time.RFC3339, request)
		p, err2 := time.Parse(time.RFC3339, policy)
		return err1 == nil && err2 == nil && compare(r, p)
	}
}

// holds evaluates a condition against the keys of a request. Condition keys
// are compared without regard to case. An operator that is not known is an
// error: the statement can't be decided, so the call is denied.
func (c Condition) holds(keys map[string][]string) (bool, error) {
	name, quantifier := c.Operator, ""
	if prefix, rest, found := strings.Cut(name, ":"); found {
		quantifier, name = prefix, rest
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	values, present := lookup(keys, c.Key)
	if name == "Null" {
		return len(c.Values) == 1 && strings.EqualFold(c.Values[0], strconv.FormatBool(!present)), nil
	}
	op, known := operators[name]
	if !known {
		return false, fmt.Errorf("condition operator %q is not supported", c.Operator)
	}
	if !present {
		return ifExists || op.negated || quantifier == "ForAllValues", nil
	}
	switch quantifier {
	case "":
		return op.anyValue(values, c.Values), nil
	case "ForAnyValue":
		return op.anyValue(values, c.Values), nil
	case "ForAllValues":
		for _, value := range values {
			if !op.holds(value, c.Values) {
				return false, nil
			}
		}
		return true, nil
	}
	return false, fmt.Errorf("condition quantifier %q is not known", quantifier)
}

func (op operator) anyValue(request, policy []string) bool {
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

func lookup(keys map[string][]string, key string) ([]string, bool) {
	if values, ok := keys[key]; ok {
		return values, true
	}
	for name, values := range keys {
		if strings.EqualFold(name, key) {
			return values, true
		}
	}
	return nil, false
}
