package sns

import (
	"bytes"
	"encoding/json"
	"maps"
)

// settings are the attributes of a subscription that its owner sets. They are
// replaced, never changed.
type settings struct {
	attributes  map[string]string
	filter      *filter // nil: everything
	raw         bool
	deadLetters string // ARN of a queue; "" if there is none
}

const (
	scopeAttributes = "MessageAttributes"
	scopeBody       = "MessageBody"
)

// with returns the settings with an attribute set, or removed by "".
func (s settings) with(name, value string) (settings, error) {
	s.attributes = maps.Clone(s.attributes)
	s.attributes[name] = value
	if value == "" {
		delete(s.attributes, name)
	}
	var err error
	switch name {
	case "FilterPolicy", "FilterPolicyScope":
		s.filter, err = s.compileFilter()
	case "RawMessageDelivery":
		if value != "true" && value != "false" {
			return settings{}, invalid("Attributes Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
		}
		s.raw = value == "true"
	case "RedrivePolicy":
		s.deadLetters, err = parseRedrivePolicy(value)
	default:
		return settings{}, invalid("AttributeName: %s is not known or not supported here", name)
	}
	return s, err
}

func (s settings) compileFilter() (*filter, error) {
	scope := s.attributes["FilterPolicyScope"]
	if scope == "" {
		scope = scopeAttributes
	}
	if scope != scopeAttributes && scope != scopeBody {
		return nil, invalid("Attributes Reason: FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", scope)
	}
	policy := s.attributes["FilterPolicy"]
	if policy == "" {
		return nil, nil
	}
	compiled, err := compileFilter(scope, []byte(policy))
	if err != nil {
		return nil, invalid("FilterPolicy: %v", err)
	}
	return compiled, nil
}

// parseRedrivePolicy returns the ARN of the queue for what can't be delivered.
func parseRedrivePolicy(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	var policy struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(value)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&policy); err != nil {
		return "", invalid("RedrivePolicy: failed to parse JSON. %v", err)
	}
	if !isARN(policy.DeadLetterTargetArn, "sqs", 6) {
		return "", invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
	}
	return policy.DeadLetterTargetArn, nil
}
