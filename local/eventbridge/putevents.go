package eventbridge

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"eda-demo/local/eventpattern"
	"eda-demo/local/frontdoor"
)

// Limits of PutEvents, and how an entry's size is counted:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const (
	maxEntries    = 10
	maxTotalSize  = 1 << 20 // bytes
	timeSize      = 14      // bytes
	maxDetailType = 128     // characters
)

type putEventsInput struct {
	Entries    []putEventsEntry
	EndpointId string
}

type putEventsEntry struct {
	Time         *frontdoor.Timestamp
	Source       string
	Resources    []string
	DetailType   string
	Detail       string
	EventBusName string
	TraceHeader  string // X-Ray's; no part of the event, and nothing is traced here
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []putEventsResult
}

// putEventsResult is an event id or an error.
type putEventsResult struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

func (s *Service) putEvents(ctx context.Context, in *putEventsInput) (*putEventsOutput, error) {
	if err := checkPutEvents(in); err != nil {
		return nil, err
	}
	out := &putEventsOutput{}
	for i := range in.Entries {
		result := s.putDisturbed(ctx, &in.Entries[i])
		if result.ErrorCode != "" {
			out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

func checkPutEvents(in *putEventsInput) error {
	if in.EndpointId != "" {
		return invalid("EndpointId is not supported.")
	}
	if len(in.Entries) == 0 {
		return constraint("[]", "entries", "have length greater than or equal to 1")
	}
	if len(in.Entries) > maxEntries {
		return invalid("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to %d", maxEntries)
	}
	total := 0
	for i := range in.Entries {
		total += in.Entries[i].size()
	}
	if total > maxTotalSize {
		return invalid("Total size of the entries in the request is over the limit.")
	}
	return nil
}

func (e *putEventsEntry) size() int {
	size := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if e.Time != nil {
		size += timeSize
	}
	for _, resource := range e.Resources {
		size += len(resource)
	}
	return size
}

func (s *Service) putEntry(entry *putEventsEntry) putEventsResult {
	event, parsed, refusal := s.accept(entry)
	if refusal != nil {
		return *refusal
	}
	if err := s.publish(event, parsed); err != nil {
		s.Log.Error("event not accepted", "bus", event.bus, "id", event.id, "error", err)
		return putEventsResult{ErrorCode: "InternalFailure", ErrorMessage: "An internal failure occurred."}
	}
	return putEventsResult{EventId: event.id}
}

// accept makes an event of an entry, or tells why not.
func (s *Service) accept(entry *putEventsEntry) (*envelope, *eventpattern.Event, *putEventsResult) {
	if refusal := checkEntry(entry); refusal != nil {
		return nil, nil, refusal
	}
	detail, ok := compactObject(entry.Detail)
	if !ok {
		return nil, nil, &malformedDetail
	}
	bus, err := s.busName(entry.EventBusName)
	if err != nil {
		return nil, nil, invalidArgument("EventBusName", err.Error())
	}
	now := time.Now()
	at := now
	if entry.Time != nil {
		at = entry.Time.Time
	}
	event := &envelope{
		bus: bus, id: uuid.NewString(), source: entry.Source, detailType: entry.DetailType,
		detail: detail, ingested: now,
	}
	event.encode(s.Account, s.Region, at, entry.Resources)
	parsed, err := eventpattern.ParseEvent(event.json)
	if err != nil {
		return nil, nil, &malformedDetail // nested too deep
	}
	return event, parsed, nil
}

var malformedDetail = putEventsResult{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}

func invalidArgument(parameter, reason string) *putEventsResult {
	return &putEventsResult{ErrorCode: "InvalidArgument", ErrorMessage: "Parameter " + parameter + " is not valid. Reason: " + reason}
}

func checkEntry(entry *putEventsEntry) *putEventsResult {
	required := []struct{ name, value string }{
		{"Source", entry.Source}, {"DetailType", entry.DetailType}, {"Detail", entry.Detail},
	}
	for _, parameter := range required {
		if parameter.value == "" {
			return invalidArgument(parameter.name, parameter.name+" is a required argument.")
		}
	}
	if utf8.RuneCountInString(entry.DetailType) > maxDetailType {
		return invalidArgument("DetailType", "DetailType is longer than 128 characters.")
	}
	if strings.HasPrefix(entry.Source, "aws.") {
		return &putEventsResult{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}
	}
	return nil
}
