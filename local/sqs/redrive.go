package sqs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

// redrivePolicy says where messages go that are received too often.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
type redrivePolicy struct {
	DeadLetterTargetArn string       `json:"deadLetterTargetArn"`
	MaxReceiveCount     resource.Int `json:"maxReceiveCount"`
}

// redriveAllowPolicy says which queues may name this one as their dead-letter
// queue.
type redriveAllowPolicy struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueArns   []string `json:"sourceQueueArns"`
}

const (
	maxReceiveCountLimit = 1000
	maxSourceQueues      = 10
)

func parseRedrivePolicy(value string) (*redrivePolicy, error) {
	if value == "" {
		return nil, nil
	}
	var policy redrivePolicy
	if err := decodeStrictly(value, &policy); err != nil {
		return nil, invalidValue(value, "RedrivePolicy", err.Error())
	}
	if policy.DeadLetterTargetArn == "" {
		return nil, invalidValue(value, "RedrivePolicy", "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	}
	if policy.MaxReceiveCount < 1 || policy.MaxReceiveCount > maxReceiveCountLimit {
		return nil, invalidValue(value, "RedrivePolicy", "Invalid value for maxReceiveCount: must be between 1 and 1000.")
	}
	return &policy, nil
}

func parseRedriveAllowPolicy(value string) (*redriveAllowPolicy, error) {
	if value == "" {
		return nil, nil
	}
	var policy redriveAllowPolicy
	if err := decodeStrictly(value, &policy); err != nil {
		return nil, invalidValue(value, "RedriveAllowPolicy", err.Error())
	}
	sources := len(policy.SourceQueueArns)
	switch policy.RedrivePermission {
	case "allowAll", "denyAll":
		if sources > 0 {
			return nil, invalidValue(value, "RedriveAllowPolicy", "sourceQueueArns goes with the redrivePermission byQueue only.")
		}
	case "byQueue":
		if sources < 1 || sources > maxSourceQueues {
			return nil, invalidValue(value, "RedriveAllowPolicy", "byQueue needs 1 to 10 sourceQueueArns.")
		}
	default:
		return nil, invalidValue(value, "RedriveAllowPolicy", "redrivePermission must be allowAll, denyAll or byQueue.")
	}
	return &policy, nil
}

func decodeStrictly(text string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("it is not the expected JSON: %w", err)
	}
	return nil
}

// permits tells whether the queue with that ARN may send its dead letters.
func (p *redriveAllowPolicy) permits(source string) bool {
	switch {
	case p == nil || p.RedrivePermission == "allowAll":
		return true
	case p.RedrivePermission == "byQueue":
		return slices.Contains(p.SourceQueueArns, source)
	}
	return false
}

// checkRedrive refuses a redrive policy whose target does not exist or does
// not want messages from source.
func (s *Service) checkRedrive(source string, changed settings) error {
	if changed.redrive == nil {
		return nil
	}
	text := changed.texts["RedrivePolicy"]
	target := s.byARN(changed.redrive.DeadLetterTargetArn)
	switch {
	case target == nil:
		return invalidValue(text, "RedrivePolicy", "Dead letter target does not exist.")
	case !target.current().allow.permits(source):
		return invalidValue(text, "RedrivePolicy", "The redrive allow policy of the dead letter target does not permit this queue.")
	}
	return nil
}

// deadLetterQueue returns where q's messages go when received too often, and
// after how many receptions; nil if they stay. s.mu is held.
func (s *Service) deadLetterQueue(q *queue) (*queue, int) {
	policy := q.current().redrive
	if policy == nil {
		return nil, 0
	}
	return s.queues[s.nameOf(policy.DeadLetterTargetArn)], int(policy.MaxReceiveCount)
}
