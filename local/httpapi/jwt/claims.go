package jwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Claims are the claims as API Gateway hands them over: each a text, lists as
// [a b].
func (t *Token) Claims() map[string]string {
	claims := make(map[string]string, len(t.claims))
	for name, value := range t.claims {
		claims[name] = text(value)
	}
	return claims
}

func text(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return value
	case []any:
		words := make([]string, len(value))
		for i, element := range value {
			words[i] = text(element)
		}
		return "[" + strings.Join(words, " ") + "]"
	case map[string]any:
		raw, err := json.Marshal(value)
		if err != nil { // it was JSON
			return err.Error()
		}
		return string(raw)
	}
	return fmt.Sprint(value)
}

// HasAnyScope tells whether the token has one of the scopes, or needs none.
func (t *Token) HasAnyScope(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(t.Scopes, s) })
}

// list is a claim that is a text or a list of texts.
func (t *Token) list(claim string) []string {
	values, isList := t.claims[claim].([]any)
	if !isList {
		values = []any{t.claims[claim]}
	}
	var list []string
	for _, value := range values {
		if text, ok := value.(string); ok {
			list = append(list, text)
		}
	}
	return list
}

// texts is a claim that is a list of texts, or a text of words.
func (t *Token) texts(claim string) []string {
	if text, ok := t.claims[claim].(string); ok {
		return strings.Fields(text)
	}
	return t.list(claim)
}

var errNotTime = errors.New("a time is seconds since 1970")

// time is a claim that is a time, and whether it is given.
func (t *Token) time(claim string) (at time.Time, given bool, err error) {
	value, given := t.claims[claim]
	if !given {
		return time.Time{}, false, nil
	}
	number, ok := value.(json.Number)
	if !ok {
		return time.Time{}, true, errNotTime
	}
	seconds, err := number.Float64()
	if err != nil || math.Abs(seconds) > 1e12 {
		return time.Time{}, true, errNotTime
	}
	return time.UnixMilli(int64(seconds * 1000)), true, nil
}
