package eventbridge

import (
	"encoding/json"
	"strings"
	"time"
)

// Target is where a rule sends events:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
type Target struct {
	Id               string
	Arn              string
	RoleArn          string            `json:",omitempty"`
	Input            string            `json:",omitempty"`
	InputPath        string            `json:",omitempty"`
	InputTransformer *InputTransformer `json:",omitempty"`
	RetryPolicy      *RetryPolicy      `json:",omitempty"`
	DeadLetterConfig *DeadLetterConfig `json:",omitempty"`
}

// InputTransformer makes a target's input from parts of the event.
type InputTransformer struct {
	InputPathsMap map[string]string `json:",omitempty"`
	InputTemplate string
}

// RetryPolicy bounds the retries of a delivery. What is nil is AWS's default.
type RetryPolicy struct {
	MaximumRetryAttempts     *int `json:",omitempty"` // 0 to 185
	MaximumEventAgeInSeconds *int `json:",omitempty"` // 60 to 86400
}

// DeadLetterConfig names the standard SQS queue for what can't be delivered.
type DeadLetterConfig struct {
	Arn string
}

const (
	maxRetries  = 185
	maxAge      = 24 * time.Hour
	minAge      = time.Minute
	maxInput    = 8192 // characters of Input and InputTemplate
	maxTargetID = 64
)

// retries returns how often a delivery is tried again, and for how long.
func (t *Target) retries() (attempts int, age time.Duration) {
	attempts, age = maxRetries, maxAge
	if p := t.RetryPolicy; p != nil && p.MaximumRetryAttempts != nil {
		attempts = *p.MaximumRetryAttempts
	}
	if p := t.RetryPolicy; p != nil && p.MaximumEventAgeInSeconds != nil {
		age = time.Duration(*p.MaximumEventAgeInSeconds) * time.Second
	}
	return attempts, age
}

func (s *Service) checkTarget(t *Target) error {
	if err := checkName(t.Id, "targets.1.member.id", maxTargetID, targetNamePattern); err != nil {
		return err
	}
	destination, err := s.parseDestination(t.Arn)
	if err != nil {
		return err
	}
	if err := checkRole(t, destination); err != nil {
		return err
	}
	if err := checkRetryPolicy(t.RetryPolicy); err != nil {
		return err
	}
	if err := s.checkDeadLetterQueue(t); err != nil {
		return err
	}
	return checkInput(t, destination)
}

// destination is the resource that a target's ARN names.
type destination struct {
	service  string // the ARN's, such as "lambda"
	resource string // what follows the account id
}

func (s *Service) parseDestination(arn string) (destination, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return destination{}, invalid("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", arn)
	}
	d := destination{service: parts[2], resource: parts[5]}
	if carriers[d.service] == nil {
		return destination{}, invalid("%s is not a supported service for a target.", d.service)
	}
	if parts[3] != s.Region || parts[4] != s.Account {
		return destination{}, invalid("Target %s is not in account %s and Region %s; others are not supported.", arn, s.Account, s.Region)
	}
	if prefix := resourcePrefix[d.service]; !strings.HasPrefix(d.resource, prefix) {
		return destination{}, invalid("%s:%s is not a supported target.", d.service, d.resource)
	}
	return d, nil
}

// resourcePrefix is what a target's resource begins with, by service. It leaves
// out API destinations (events:api-destination/…) and Express state machines
// called synchronously.
var resourcePrefix = map[string]string{
	"lambda": "function:",
	"states": "stateMachine:",
	"logs":   "log-group:",
	"events": "event-bus/",
}

// checkRole follows which targets AWS calls in a role and which with the
// target's own resource policy.
func checkRole(t *Target, d destination) error {
	switch {
	case d.service == "states" && t.RoleArn == "":
		return invalid("RoleArn is required for target %s.", t.Arn)
	case (d.service == "lambda" || d.service == "logs") && t.RoleArn != "":
		return invalid("RoleArn is not supported for target %s.", t.Arn)
	}
	return nil
}

func checkRetryPolicy(p *RetryPolicy) error {
	if p == nil {
		return nil
	}
	if n := p.MaximumRetryAttempts; n != nil && (*n < 0 || *n > maxRetries) {
		return constraint(*n, "targets.1.member.retryPolicy.maximumRetryAttempts", "have value between 0 and 185")
	}
	if n := p.MaximumEventAgeInSeconds; n != nil && (*n < int(minAge.Seconds()) || *n > int(maxAge.Seconds())) {
		return constraint(*n, "targets.1.member.retryPolicy.maximumEventAgeInSeconds", "have value between 60 and 86400")
	}
	return nil
}

func (s *Service) checkDeadLetterQueue(t *Target) error {
	if t.DeadLetterConfig == nil || t.DeadLetterConfig.Arn == "" {
		t.DeadLetterConfig = nil
		return nil
	}
	arn := t.DeadLetterConfig.Arn
	name, ours := strings.CutPrefix(arn, "arn:aws:sqs:"+s.Region+":"+s.Account+":")
	if !ours || name == "" || strings.HasSuffix(name, ".fifo") {
		return invalid("DeadLetterConfig Arn %s is not the Arn of a standard SQS queue in this account and Region.", arn)
	}
	return nil
}

func checkInput(t *Target, d destination) error {
	given := 0
	for _, set := range []bool{t.Input != "", t.InputPath != "", t.InputTransformer != nil} {
		if set {
			given++
		}
	}
	switch {
	case given > 1:
		return invalid("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.Id)
	case given == 1 && d.service == "events":
		return invalid("Input, InputPath and InputTransformer are not supported for event bus target %s.", t.Id)
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return invalid("JSON syntax error in input for target %s", t.Id)
	}
	if err := checkLength(t.Input, "targets.1.member.input", maxInput); err != nil {
		return err
	}
	if _, err := newInput(t); err != nil {
		return invalid("Invalid %v", err)
	}
	return nil
}
