package sns

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"eda-demo/local/eventpattern"
)

// Limits of a filter policy.
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
const (
	maxFilterKeys         = 5
	maxFilterCombinations = 150
	maxFilterSize         = 256 << 10
)

// filterOperators are those that SNS shares with EventBridge, whose matcher is
// used here; others are refused by name.
var filterOperators = []string{"prefix", "suffix", "anything-but", "equals-ignore-case", "numeric", "exists", "cidr"}

// filter is a compiled filter policy.
type filter struct {
	scope   string
	pattern *eventpattern.Pattern
}

// compileFilter reads a filter policy. {} filters nothing.
func compileFilter(scope string, policy []byte) (*filter, error) {
	if len(policy) > maxFilterSize {
		return nil, fmt.Errorf("Filter policy is too large: more than %d bytes", maxFilterSize)
	}
	var fields map[string]any
	if err := json.Unmarshal(policy, &fields); err != nil {
		return nil, fmt.Errorf("failed to parse JSON. %w", err)
	}
	if len(fields) == 0 {
		return nil, nil
	}
	c := complexity{combinations: 1}
	if err := c.count(fields, 1, scope == scopeBody); err != nil {
		return nil, err
	}
	if c.keys > maxFilterKeys {
		return nil, fmt.Errorf("Filter policy can not have more than %d keys", maxFilterKeys)
	}
	pattern, err := eventpattern.Compile(policy)
	if err != nil {
		return nil, err
	}
	return &filter{scope, pattern}, nil
}

// complexity is the measure that AWS limits: the product, over all keys, of
// how many values a key has and how deep it is nested.
type complexity struct{ keys, combinations int }

func (c *complexity) count(fields map[string]any, level int, nested bool) error {
	for name, value := range fields {
		switch value := value.(type) {
		case []any:
			if name == "$or" {
				return errors.New("$or is not supported here")
			}
			if err := c.countValues(value, level); err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
		case map[string]any:
			if !nested {
				return fmt.Errorf("Filter policy scope %s does not support nested filter policy", scopeAttributes)
			}
			if err := c.count(value, level+1, true); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%q must be an object or an array", name)
		}
	}
	return nil
}

func (c *complexity) countValues(values []any, level int) error {
	c.keys++
	c.combinations *= max(1, len(values)) * level
	if c.combinations > maxFilterCombinations {
		return fmt.Errorf("Filter policy is too complex: more than %d combinations", maxFilterCombinations)
	}
	for _, value := range values {
		operation, ok := value.(map[string]any)
		for operator := range operation {
			if ok && !slices.Contains(filterOperators, operator) {
				return fmt.Errorf("Unrecognized match type %s", operator)
			}
		}
	}
	return nil
}

// wants tells whether a message passes. A message whose body is no JSON object
// passes no filter on bodies.
func (f *filter) wants(m *message) bool {
	if f == nil {
		return true
	}
	document := []byte(m.Text)
	if f.scope == scopeAttributes {
		document = m.attributeDocument()
	}
	event, err := eventpattern.ParseEvent(document)
	return err == nil && f.pattern.Matches(event)
}

// attributeDocument is the JSON object that filters on attributes see: numbers
// as numbers, String.Array as an array; binary attributes are left out.
func (m *message) attributeDocument() []byte {
	document := map[string]json.RawMessage{}
	for name, a := range m.Attributes {
		switch a.DataType {
		case "Number", "String.Array":
			document[name] = json.RawMessage(a.StringValue)
		case "Binary":
		default:
			document[name] = quote(a.StringValue)
		}
	}
	raw, err := json.Marshal(document)
	if err != nil { // a number such as "+1", which JSON does not know
		return nil
	}
	return raw
}

func quote(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // texts always marshal
	return raw
}
