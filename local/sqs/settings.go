package sqs

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"eda-demo/local/iam"
)

// maxMessageSize is the largest message, attributes included, in bytes; also
// the largest sum of a batch.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxMessageSize = 1 << 20

// settings are the attributes of a queue that its owner sets. They are
// replaced, never changed.
type settings struct {
	numbers map[string]int // by attribute name: seconds or bytes
	texts   map[string]string

	policy  *iam.Policy
	redrive *redrivePolicy
	allow   *redriveAllowPolicy
}

// numberRange is what a numeric attribute may be, and is if it is not set.
type numberRange struct{ min, max, preset int }

var numbers = map[string]numberRange{
	"DelaySeconds":                  {0, 900, 0},
	"MaximumMessageSize":            {1024, maxMessageSize, maxMessageSize},
	"MessageRetentionPeriod":        {60, 1209600, 345600},
	"ReceiveMessageWaitTimeSeconds": {0, 20, 0},
	"VisibilityTimeout":             {0, 43200, 30},
}

// refusedAttributes belong to what is not supported here.
var refusedAttributes = []string{
	"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
	"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
}

func defaultSettings() settings {
	preset := settings{numbers: map[string]int{}, texts: map[string]string{"SqsManagedSseEnabled": "true"}}
	for name, limits := range numbers {
		preset.numbers[name] = limits.preset
	}
	return preset
}

// with returns the settings with attributes set as given.
func (s settings) with(attributes map[string]string) (settings, error) {
	changed := s
	changed.numbers, changed.texts = maps.Clone(s.numbers), maps.Clone(s.texts)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := changed.set(name, attributes[name]); err != nil {
			return settings{}, err
		}
	}
	return changed, nil
}

// withPolicyOf returns the settings with the policy of others.
func (s settings) withPolicyOf(others settings) settings {
	s.texts = maps.Clone(s.texts)
	s.policy = others.policy
	if text, set := others.texts["Policy"]; set {
		s.texts["Policy"] = text
	}
	return s
}

func (s *settings) set(name, value string) error {
	if limits, numeric := numbers[name]; numeric {
		number, err := strconv.Atoi(value)
		if err != nil || number < limits.min || number > limits.max {
			return failure("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
		}
		s.numbers[name] = number
		return nil
	}
	if slices.Contains(refusedAttributes, name) {
		return prefixed("UnsupportedOperation", "The attribute %s is not supported: there are only standard queues without KMS keys here.", name)
	}
	if err := s.setText(name, value); err != nil {
		return err
	}
	s.texts[name] = value
	if value == "" {
		delete(s.texts, name)
	}
	return nil
}

// setText parses the attributes that are documents. An empty text removes one.
func (s *settings) setText(name, value string) (err error) {
	switch name {
	case "Policy":
		s.policy, err = parsePolicy(value)
	case "RedrivePolicy":
		s.redrive, err = parseRedrivePolicy(value)
	case "RedriveAllowPolicy":
		s.allow, err = parseRedriveAllowPolicy(value)
	case "SqsManagedSseEnabled":
		if value != "true" && value != "false" {
			return failure("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
		}
	default:
		return failure("InvalidAttributeName", "Unknown Attribute %s.", name)
	}
	return err
}

func parsePolicy(value string) (*iam.Policy, error) {
	if value == "" {
		return nil, nil
	}
	policy, err := iam.ParsePolicy([]byte(value))
	if err != nil {
		return nil, failure("InvalidAttributeValue", "Invalid value for the parameter Policy. Reason: %v", err)
	}
	return policy, nil
}

// attributes returns all settings as the API writes them.
func (s settings) attributes() map[string]string {
	all := maps.Clone(s.texts)
	for name, number := range s.numbers {
		all[name] = strconv.Itoa(number)
	}
	return all
}

func (s settings) seconds(name string) time.Duration {
	return time.Duration(s.numbers[name]) * time.Second
}
