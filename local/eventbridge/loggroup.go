package eventbridge

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
)

// toLogGroup writes the event as one log event, in a log stream of the rule.
// The log group's resource policy has to allow both calls.
func (s *Service) toLogGroup(ctx context.Context, p *parcel) error {
	entry, err := p.logEvent()
	if err != nil {
		return err
	}
	group := strings.TrimSuffix(strings.TrimPrefix(p.destination.resource, resourcePrefix["logs"]), ":*")
	stream := uuid.NewSHA1(uuid.NameSpaceURL, []byte(p.RuleARN+" "+group)).String()
	_, known := s.streams.Load(stream)
	err = s.writeLog(ctx, p, group, stream, entry)
	if known && frontdoor.Code(err) == "ResourceNotFoundException" {
		s.streams.Delete(stream) // somebody deleted it
		err = s.writeLog(ctx, p, group, stream, entry)
	}
	return err
}

func (s *Service) writeLog(ctx context.Context, p *parcel, group, stream string, entry logEvent) error {
	if err := s.createStream(ctx, p, group, stream); err != nil {
		return err
	}
	return s.call(ctx, p, "logs", "PutLogEvents", map[string]any{
		"logGroupName": group, "logStreamName": stream, "logEvents": []any{entry},
	})
}

func (s *Service) createStream(ctx context.Context, p *parcel, group, stream string) error {
	if _, created := s.streams.Load(stream); created {
		return nil
	}
	err := s.call(ctx, p, "logs", "CreateLogStream", map[string]any{"logGroupName": group, "logStreamName": stream})
	if err != nil && frontdoor.Code(err) != "ResourceAlreadyExistsException" {
		return err
	}
	s.streams.Store(stream, true)
	return nil
}

type logEvent struct {
	Timestamp int64  `json:"timestamp"` // milliseconds since 1970
	Message   string `json:"message"`
}

// logEvent returns the event at its time. An input made by the target has to
// say both: {"timestamp": …, "message": "…"}.
func (p *parcel) logEvent() (logEvent, error) {
	if p.Target.Input == "" && p.Target.InputPath == "" && p.Target.InputTransformer == nil {
		head, err := p.head()
		return logEvent{Timestamp: head.Time.UnixMilli(), Message: string(p.body)}, err
	}
	var made struct {
		Timestamp json.RawMessage `json:"timestamp"`
		Message   *string         `json:"message"`
	}
	if err := json.Unmarshal(p.body, &made); err != nil || made.Message == nil {
		return logEvent{}, badLogInput
	}
	at, ok := logTime(made.Timestamp)
	if !ok {
		return logEvent{}, badLogInput
	}
	return logEvent{Timestamp: at, Message: *made.Message}, nil
}

var badLogInput = &failure{
	code:    "INVALID_PARAMETER",
	message: `The input for a log group must be {"timestamp": milliseconds or ISO 8601, "message": text}.`,
}

func logTime(raw json.RawMessage) (millis int64, ok bool) {
	if json.Unmarshal(raw, &millis) == nil && len(raw) > 0 {
		return millis, true
	}
	var at time.Time
	if json.Unmarshal(raw, &at) != nil {
		return 0, false
	}
	return at.UnixMilli(), true
}
