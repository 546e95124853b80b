package lambda

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/iam"
	"eda-demo/local/lambda/eventsource"
	"eda-demo/local/lambda/sandbox"
	"eda-demo/local/resource"
)

// mapping is an event source mapping. It is read from its creation until the
// service closes.
type mapping struct {
	uuid     string
	source   string // ARN
	function *function
	settings eventsource.Settings
	position *positions         // in a stream; nil if it need not last
	reading  eventsource.Source // nil if the mapping is disabled
	created  time.Time
	stopped  chan struct{} // closed when nothing is read any more
}

// createMapping creates an AWS::Lambda::EventSourceMapping.
func (s *Service) createMapping(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	var set eventsource.Settings
	if err := definition.Decode(&set); err != nil {
		return resource.Instance{}, err
	}
	if err := set.Prepare(); err != nil {
		return resource.Instance{}, err
	}
	f, err := s.functionIn("FunctionName", set.FunctionName)
	if err != nil {
		return resource.Instance{}, err
	}
	if err := s.checkMapping(ctx, f, set); err != nil {
		return resource.Instance{}, err
	}
	m := &mapping{
		uuid:   uuid.NewSHA1(uuid.NameSpaceURL, []byte(definition.Stack.ID+"/"+definition.LogicalID)).String(),
		source: set.EventSourceArn, function: f, settings: set, created: time.Now(), stopped: make(chan struct{}),
	}
	if m.position, err = s.positions(m); err != nil {
		return resource.Instance{}, err
	}
	m.reading = s.reader(m)
	if err := s.state.addMapping(m); err != nil {
		return resource.Instance{}, err
	}
	s.startMapping(m)
	return resource.Instance{ID: m.uuid, Attributes: map[string]any{
		"Id": m.uuid, "EventSourceMappingArn": s.mappingARN(m.uuid),
	}}, nil
}

// readActions are what a function's role needs to read a source.
var readActions = map[bool][]string{
	true:  {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
	false: {"dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords", "dynamodb:ListStreams"},
}

// checkMapping refuses a mapping whose function's role may not do what it
// takes, as AWS does, and one whose source does not exist.
func (s *Service) checkMapping(ctx context.Context, f *function, set eventsource.Settings) error {
	var problems []error
	for _, action := range readActions[set.IsQueue()] {
		// Lambda is content with ListStreams on the stream alone, although a call
		// of ListStreams itself takes "*".
		access := iam.Access{Action: action, Resource: set.EventSourceArn}
		if err := s.config.Door.Directory().Check(f.role, access); err != nil {
			problems = append(problems, fmt.Errorf("property EventSourceArn: cannot access %s: %w", set.EventSourceArn, err))
		}
	}
	if target := set.FailureTarget(); target != "" {
		problems = append(problems, s.checkDestination(f, target))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return s.checkSource(ctx, f, set)
}

func (s *Service) checkSource(ctx context.Context, f *function, set eventsource.Settings) error {
	var err error
	if set.IsQueue() {
		err = s.checkQueue(ctx, f, set)
	} else {
		err = f.call(ctx, "dynamodbstreams", "DescribeStream", map[string]string{"StreamArn": set.EventSourceArn}, nil)
	}
	if err != nil {
		return fmt.Errorf("property EventSourceArn: %w", err)
	}
	return nil
}

// checkQueue refuses a queue whose messages become visible again while the
// function may still be at work on them.
func (s *Service) checkQueue(ctx context.Context, f *function, set eventsource.Settings) error {
	in := map[string]any{"QueueUrl": queueURL(set.EventSourceArn), "AttributeNames": []string{"VisibilityTimeout"}}
	var out struct {
		Attributes struct{ VisibilityTimeout resource.Int }
	}
	if err := f.call(ctx, "sqs", "GetQueueAttributes", in, &out); err != nil {
		return err
	}
	if visibility := out.Attributes.VisibilityTimeout; visibility < f.settings.Timeout {
		return fmt.Errorf("queue visibility timeout: %d seconds is less than Function timeout: %d seconds", visibility, f.settings.Timeout)
	}
	return nil
}

// positions returns nil if the mapping needs none: messages of queues are
// there until they are deleted.
func (s *Service) positions(m *mapping) (*positions, error) {
	if !s.config.Store.Lasting() || m.settings.IsQueue() || !m.settings.IsEnabled() {
		return nil, nil
	}
	p, err := openPositions(s.config.Store, m.uuid, m.source)
	if err != nil {
		return nil, fmt.Errorf("open the positions in %s: %w", m.source, err)
	}
	return p, nil
}

// reader returns what reads the mapping's source; nil if it is disabled.
func (s *Service) reader(m *mapping) eventsource.Source {
	switch {
	case !m.settings.IsEnabled():
		return nil
	case m.settings.IsQueue():
		return eventsource.NewQueue(s.sourceConfig(m))
	}
	return eventsource.NewStream(s.sourceConfig(m))
}

func (s *Service) startMapping(m *mapping) {
	if m.reading == nil {
		close(m.stopped)
		return
	}
	go func() {
		defer close(m.stopped)
		m.reading.Run(s.mappings)
	}()
}

func (s *Service) sourceConfig(m *mapping) eventsource.Config {
	f := m.function
	config := eventsource.Config{
		SourceARN: m.source, FunctionARN: f.arn, Region: s.config.Region, Settings: m.settings,
		Call: eventsource.Caller(f.call), Scale: s.config.RetryScale, Concurrency: 2 * s.config.MaxProcesses,
		Log: s.config.Log.With("function", f.name, "source", m.source),
		Invoke: func(ctx context.Context, payload []byte) (eventsource.Answer, error) {
			id := uuid.NewString()
			result, err := s.run(ctx, f, sandbox.Invocation{RequestID: id, Payload: payload})
			return eventsource.Answer{RequestID: id, Payload: result.Payload, Failed: result.Failed}, err
		},
	}
	if m.position != nil {
		config.Positions = m.position
	}
	if s.config.Streams != nil {
		config.Changed = s.config.Streams.StreamChanged
	}
	if target := m.settings.FailureTarget(); target != "" {
		config.Discard = func(ctx context.Context, record []byte) error {
			return s.send(ctx, f, target, notice{body: record})
		}
	}
	return config
}

func (s *Service) mappingARN(id string) string {
	return strings.TrimSuffix(s.arnPrefix(), "function:") + "event-source-mapping:" + id
}
