package eventsource

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eda-demo/local/eventpattern"
	"eda-demo/local/resource"
)

// Settings are the properties of AWS::Lambda::EventSourceMapping that are
// supported.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
type Settings struct {
	EventSourceArn                 string
	FunctionName                   string
	Enabled                        *resource.Bool
	BatchSize                      resource.Int
	MaximumBatchingWindowInSeconds resource.Int
	StartingPosition               string
	FunctionResponseTypes          []string
	BisectBatchOnFunctionError     resource.Bool
	MaximumRetryAttempts           *resource.Int
	MaximumRecordAgeInSeconds      *resource.Int
	ParallelizationFactor          resource.Int
	TumblingWindowInSeconds        resource.Int
	FilterCriteria                 *struct {
		Filters []struct{ Pattern string }
	}
	DestinationConfig *struct {
		OnFailure *struct{ Destination string }
	}
	ScalingConfig *struct{ MaximumConcurrency resource.Int }
	Tags          []resource.Tag

	filter filter
}

// IsQueue tells whether the source is an SQS queue.
func (s *Settings) IsQueue() bool { return strings.HasPrefix(s.EventSourceArn, "arn:aws:sqs:") }

func (s *Settings) isStream() bool {
	return strings.HasPrefix(s.EventSourceArn, "arn:aws:dynamodb:") && strings.Contains(s.EventSourceArn, "/stream/")
}

// Prepare fills in the defaults and refuses what AWS would refuse.
func (s *Settings) Prepare() error {
	var err error
	switch {
	case s.IsQueue():
		err = s.prepareQueue()
	case s.isStream():
		err = s.prepareStream()
	default:
		return fmt.Errorf("property EventSourceArn: %q is neither an SQS queue nor a DynamoDB stream", s.EventSourceArn)
	}
	return errors.Join(err, s.prepareFilter(), s.checkCommon())
}

func (s *Settings) checkCommon() error {
	if s.TumblingWindowInSeconds != 0 {
		return errors.New("property TumblingWindowInSeconds is not supported")
	}
	for _, kind := range s.FunctionResponseTypes {
		if kind != reportFailures {
			return fmt.Errorf("property FunctionResponseTypes: %q is not known", kind)
		}
	}
	if s.MaximumBatchingWindowInSeconds < 0 || s.MaximumBatchingWindowInSeconds > 300 {
		return fmt.Errorf("property MaximumBatchingWindowInSeconds: %d is not between 0 and 300", s.MaximumBatchingWindowInSeconds)
	}
	return nil
}

func (s *Settings) prepareStream() error {
	if s.BatchSize == 0 {
		s.BatchSize = 100
	}
	if s.ParallelizationFactor == 0 {
		s.ParallelizationFactor = 1
	}
	retries, age := s.MaximumRetryAttempts, s.MaximumRecordAgeInSeconds
	switch {
	case s.BatchSize < 1 || s.BatchSize > 10000:
		return fmt.Errorf("property BatchSize: %d is not between 1 and 10000", s.BatchSize)
	case s.StartingPosition != "TRIM_HORIZON" && s.StartingPosition != "LATEST":
		return fmt.Errorf("property StartingPosition: %q is neither TRIM_HORIZON nor LATEST", s.StartingPosition)
	case s.ParallelizationFactor < 1 || s.ParallelizationFactor > 10:
		return fmt.Errorf("property ParallelizationFactor: %d is not between 1 and 10", s.ParallelizationFactor)
	case retries != nil && (*retries < -1 || *retries > 10000):
		return fmt.Errorf("property MaximumRetryAttempts: %d is not between -1 and 10000", *retries)
	case age != nil && *age != -1 && (*age < 60 || *age > 604800):
		return fmt.Errorf("property MaximumRecordAgeInSeconds: %d is neither -1 nor between 60 and 604800", *age)
	case s.ScalingConfig != nil:
		return errors.New("property ScalingConfig is for queues only")
	}
	return s.checkDestination()
}

func (s *Settings) checkDestination() error {
	target := s.FailureTarget()
	if target != "" && !strings.HasPrefix(target, "arn:aws:sqs:") && !strings.HasPrefix(target, "arn:aws:sns:") {
		return fmt.Errorf("property DestinationConfig: %q is neither a queue nor a topic", target)
	}
	return nil
}

func (s *Settings) prepareQueue() error {
	if s.BatchSize == 0 {
		s.BatchSize = 10
	}
	if len(s.streamOnly()) > 0 {
		return fmt.Errorf("properties for streams only: %s", strings.Join(s.streamOnly(), ", "))
	}
	switch {
	case strings.HasSuffix(s.EventSourceArn, ".fifo"):
		return errors.New("property EventSourceArn: FIFO queues are not supported")
	case s.BatchSize < 1 || s.BatchSize > 10000:
		return fmt.Errorf("property BatchSize: %d is not between 1 and 10000", s.BatchSize)
	case s.BatchSize > 10 && s.MaximumBatchingWindowInSeconds < 1:
		return errors.New("property MaximumBatchingWindowInSeconds: must be at least 1 if BatchSize is greater than 10")
	case s.ScalingConfig != nil && (s.ScalingConfig.MaximumConcurrency < 2 || s.ScalingConfig.MaximumConcurrency > 1000):
		return fmt.Errorf("property ScalingConfig: MaximumConcurrency %d is not between 2 and 1000", s.ScalingConfig.MaximumConcurrency)
	}
	return nil
}

// streamOnly names the properties that are set and that queues don't have.
func (s *Settings) streamOnly() []string {
	var set []string
	for name, isSet := range map[string]bool{
		"StartingPosition": s.StartingPosition != "", "BisectBatchOnFunctionError": bool(s.BisectBatchOnFunctionError),
		"MaximumRetryAttempts": s.MaximumRetryAttempts != nil, "MaximumRecordAgeInSeconds": s.MaximumRecordAgeInSeconds != nil,
		"ParallelizationFactor": s.ParallelizationFactor != 0, "DestinationConfig": s.DestinationConfig != nil,
	} {
		if isSet {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	return set
}

func (s *Settings) prepareFilter() error {
	if s.FilterCriteria == nil {
		return nil
	}
	if len(s.FilterCriteria.Filters) > 5 {
		return fmt.Errorf("property FilterCriteria: %d filters, at most 5 are allowed", len(s.FilterCriteria.Filters))
	}
	for _, f := range s.FilterCriteria.Filters {
		pattern, err := eventpattern.Compile([]byte(f.Pattern))
		if err != nil {
			return fmt.Errorf("property FilterCriteria: %w", err)
		}
		s.filter = append(s.filter, pattern)
	}
	return nil
}

// FailureTarget is the ARN of the failure destination, or empty.
func (s *Settings) FailureTarget() string {
	if s.DestinationConfig == nil || s.DestinationConfig.OnFailure == nil {
		return ""
	}
	return s.DestinationConfig.OnFailure.Destination
}

// IsEnabled tells whether the source is to be read.
func (s *Settings) IsEnabled() bool { return s.Enabled == nil || bool(*s.Enabled) }

const reportFailures = "ReportBatchItemFailures"

func (s *Settings) reportsFailures() bool {
	return slices.Contains(s.FunctionResponseTypes, reportFailures)
}

func (s *Settings) window() time.Duration {
	return time.Duration(s.MaximumBatchingWindowInSeconds) * time.Second
}

// maxRetries is how often a failed batch is retried; negative is without end.
func (s *Settings) maxRetries() int {
	if s.MaximumRetryAttempts == nil {
		return -1
	}
	return int(*s.MaximumRetryAttempts)
}

// maxAge is the age from which a record is discarded; zero is none.
func (s *Settings) maxAge() time.Duration {
	if s.MaximumRecordAgeInSeconds == nil || *s.MaximumRecordAgeInSeconds < 0 {
		return 0
	}
	return time.Duration(*s.MaximumRecordAgeInSeconds) * time.Second
}

// filter lets pass what one of its patterns matches; without patterns, all.
type filter []*eventpattern.Pattern

func (f filter) passes(event []byte) bool {
	if len(f) == 0 {
		return true
	}
	parsed, err := eventpattern.ParseEvent(event)
	return err == nil && slices.ContainsFunc(f, func(p *eventpattern.Pattern) bool { return p.Matches(parsed) })
}
