package lambda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/iam"
	"eda-demo/local/lambda/eventsource"
	"eda-demo/local/resource"
)

// mapping is an event source mapping as it is configured at a time: it never
// changes.
type mapping struct {
	uuid   string
	source string // ARN
	// function is a name, as the function may be deleted and created again, and
	// qualifier what it is invoked by, as an alias may lead elsewhere.
	function, qualifier string

	settings eventsource.Settings
	position *positions // in a stream, from one configuration to the next; nil if it was never read
	reading  *reading
	modified time.Time
}

// createMapping creates an AWS::Lambda::EventSourceMapping.
func (s *Service) createMapping(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	id := cmp.Or(definition.PhysicalID, uuid.NewSHA1(uuid.NameSpaceURL, []byte(definition.Key())).String())
	m, err := s.newMapping(ctx, id, definition, nil)
	if err != nil {
		return resource.Instance{}, err
	}
	if definition.PhysicalID == "" {
		if err := dropPositions(s.config.Store, id); err != nil {
			return resource.Instance{}, fmt.Errorf("forget the positions of an earlier mapping: %w", err)
		}
	}
	if err := s.startMapping(m, nil); err != nil {
		return resource.Instance{}, err
	}
	return s.mappingInstance(id), nil
}

// updateMapping updates an AWS::Lambda::EventSourceMapping: it goes on where
// it has come to, after the batches that the function is at work on.
func (s *Service) updateMapping(ctx context.Context, _, next resource.Definition) (resource.Instance, error) {
	old := s.state.mapping(next.PhysicalID)
	if old == nil {
		return resource.Instance{}, noMapping()
	}
	m, err := s.newMapping(ctx, old.uuid, next, old)
	if err != nil {
		return resource.Instance{}, err
	}
	m.position = old.position
	if err := s.startMapping(m, old); err != nil {
		return resource.Instance{}, err
	}
	return s.mappingInstance(m.uuid), nil
}

// lastBatches is how long the deletion of a mapping waits for the batches that
// the function is at work on.
const lastBatches = 5 * time.Second

// deleteMapping deletes an AWS::Lambda::EventSourceMapping.
func (s *Service) deleteMapping(ctx context.Context, definition resource.Definition) error {
	if m := s.state.removeMapping(definition.PhysicalID); m != nil {
		if m.position != nil {
			m.position.forget()
		}
		m.reading.end()
		ctx, cancel := context.WithTimeout(ctx, lastBatches)
		defer cancel()
		select {
		case <-m.reading.stopped:
		case <-ctx.Done(): // what is at work goes on to its end
		}
	}
	if err := dropPositions(s.config.Store, definition.PhysicalID); err != nil {
		return fmt.Errorf("forget the positions of the mapping: %w", err)
	}
	return nil
}

func (s *Service) mappingInstance(id string) resource.Instance {
	return resource.Instance{ID: id, Attributes: map[string]any{"Id": id, "EventSourceMappingArn": s.mappingARN(id)}}
}

// newMapping prepares a mapping, all of which is checked, that is to come in
// the place of an old one, if there is one.
func (s *Service) newMapping(ctx context.Context, id string, definition resource.Definition, old *mapping) (*mapping, error) {
	var set eventsource.Settings
	if err := definition.Decode(&set); err != nil {
		return nil, err
	}
	if err := set.Prepare(); err != nil {
		return nil, err
	}
	t, err := s.targetIn("FunctionName", set.FunctionName, "")
	if err != nil {
		return nil, err
	}
	if err := s.checkMapping(ctx, t, set); err != nil {
		return nil, err
	}
	m := &mapping{uuid: id, source: set.EventSourceArn, function: t.function.name, qualifier: t.qualifier, settings: set, modified: time.Now()}
	return m, s.state.checkMapping(m, old)
}

// functionName names the function as it is invoked.
func (m *mapping) functionName() string {
	if m.qualifier == "" {
		return m.function
	}
	return m.function + ":" + m.qualifier
}

// readActions are what a function's role needs to read a source.
var readActions = map[bool][]string{
	true:  {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
	false: {"dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords", "dynamodb:ListStreams"},
}

// checkMapping refuses a mapping whose function's role may not do what it
// takes, as AWS does, and one whose source does not exist.
func (s *Service) checkMapping(ctx context.Context, t target, set eventsource.Settings) error {
	var problems []error
	for _, action := range readActions[set.IsQueue()] {
		// Lambda is content with ListStreams on the stream alone, although a call
		// of ListStreams itself takes "*".
		access := iam.Access{Action: action, Resource: set.EventSourceArn}
		if err := s.config.Door.Directory().Check(t.now().role, access); err != nil {
			problems = append(problems, fmt.Errorf("property EventSourceArn: cannot access %s: %w", set.EventSourceArn, err))
		}
	}
	if target := set.FailureTarget(); target != "" {
		problems = append(problems, s.checkDestination(t.now().role, target))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return s.checkSource(ctx, t, set)
}

func (s *Service) checkSource(ctx context.Context, t target, set eventsource.Settings) error {
	var err error
	if set.IsQueue() {
		err = s.checkQueue(ctx, t, set)
	} else {
		err = t.call(ctx, "dynamodbstreams", "DescribeStream", map[string]string{"StreamArn": set.EventSourceArn}, nil)
	}
	if err != nil {
		return fmt.Errorf("property EventSourceArn: %w", err)
	}
	return nil
}

// checkQueue refuses a queue whose messages become visible again while the
// function may still be at work on them.
func (s *Service) checkQueue(ctx context.Context, t target, set eventsource.Settings) error {
	in := map[string]any{"QueueUrl": queueURL(set.EventSourceArn), "AttributeNames": []string{"VisibilityTimeout"}}
	var out struct {
		Attributes struct{ VisibilityTimeout resource.Int }
	}
	if err := t.call(ctx, "sqs", "GetQueueAttributes", in, &out); err != nil {
		return err
	}
	if visibility := out.Attributes.VisibilityTimeout; visibility < t.now().settings.Timeout {
		return fmt.Errorf("queue visibility timeout: %d seconds is less than Function timeout: %d seconds", visibility, t.now().settings.Timeout)
	}
	return nil
}

func (s *Service) mappingARN(id string) string {
	return strings.TrimSuffix(s.arnPrefix(), "function:") + "event-source-mapping:" + id
}
