package logs

import (
	"context"
	"time"
)

// Limits of one PutLogEvents call.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const (
	maxPutEvents  = 10000
	maxPutSize    = 1 << 20 // bytes, perEventSize for each event included
	perEventSize  = 26
	maxPutSpan    = 24 * time.Hour
	maxAge        = 14 * 24 * time.Hour
	maxFuture     = 2 * time.Hour
	sequenceToken = "0" // sent back because some clients expect one; ignored
)

// InputLogEvent is an event to store. Timestamp is in milliseconds since 1970.
type InputLogEvent struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

// PutLogEventsInput is the input of PutLogEvents. The sequence token is
// ignored, as AWS does since 2023.
type PutLogEventsInput struct {
	LogGroupName  string          `json:"logGroupName"`
	LogStreamName string          `json:"logStreamName"`
	LogEvents     []InputLogEvent `json:"logEvents"`
	SequenceToken string          `json:"sequenceToken,omitempty"`
}

func (in *PutLogEventsInput) location() (group, stream string) {
	return in.LogGroupName, in.LogStreamName
}

// PutLogEventsOutput is the output of PutLogEvents.
type PutLogEventsOutput struct {
	NextSequenceToken     string    `json:"nextSequenceToken"`
	RejectedLogEventsInfo *rejected `json:"rejectedLogEventsInfo,omitempty"`
}

// rejected tells which events, by index, were not stored. The end indexes are
// exclusive.
type rejected struct {
	TooNewLogEventStartIndex *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldLogEventEndIndex   *int `json:"tooOldLogEventEndIndex,omitempty"`
	ExpiredLogEventEndIndex  *int `json:"expiredLogEventEndIndex,omitempty"`
}

func (s *Service) putEvents(_ context.Context, in *PutLogEventsInput) (*PutLogEventsOutput, error) {
	g, err := s.find(in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	now := time.Now()
	accepted, refused := g.sift(in.LogEvents, now)
	if n := len(accepted); n > 0 && accepted[n-1].Timestamp-accepted[0].Timestamp > maxPutSpan.Milliseconds() {
		return nil, invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	events := make([]event, len(accepted))
	for i, e := range accepted {
		events[i] = event{key: key{e.Timestamp, s.sequence.Add(1)}, ingestion: now.UnixMilli(), message: e.Message}
	}
	added, err := g.add(in.LogStreamName, events)
	if err != nil {
		return nil, err
	}
	if !added {
		return nil, noSuchStream()
	}
	return &PutLogEventsOutput{NextSequenceToken: sequenceToken, RejectedLogEventsInfo: refused}, nil
}

func (in *PutLogEventsInput) check() error {
	if len(in.LogEvents) == 0 || len(in.LogEvents) > maxPutEvents {
		return invalid("logEvents must have 1 to %d members, not %d", maxPutEvents, len(in.LogEvents))
	}
	size := 0
	for i, e := range in.LogEvents {
		size += len(e.Message) + perEventSize
		switch {
		case e.Message == "":
			return invalid("Value at 'logEvents.%d.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1", i+1)
		case e.Timestamp < 0:
			return invalid("Value at 'logEvents.%d.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0", i+1)
		case i > 0 && e.Timestamp < in.LogEvents[i-1].Timestamp:
			return invalid("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	if size > maxPutSize {
		return invalid("Upload too large: %d bytes exceeds limit of %d", size, maxPutSize)
	}
	return nil
}

// sift returns the events that are neither too old nor too new, and tells
// which ones are not. Events are ascending.
func (g *group) sift(events []InputLogEvent, now time.Time) ([]InputLogEvent, *rejected) {
	g.mu.Lock()
	expired := g.oldestKept(now)
	g.mu.Unlock()
	tooOld, tooNew := now.Add(-maxAge).UnixMilli(), now.Add(maxFuture).UnixMilli()
	from, to := 0, len(events)
	info := &rejected{}
	for from < to && events[from].Timestamp < max(expired, tooOld) {
		from++
	}
	if from > 0 && expired >= tooOld {
		info.ExpiredLogEventEndIndex = &from
	} else if from > 0 {
		info.TooOldLogEventEndIndex = &from
	}
	for to > from && events[to-1].Timestamp > tooNew {
		to--
	}
	if to < len(events) {
		info.TooNewLogEventStartIndex = &to
	}
	if *info == (rejected{}) {
		info = nil
	}
	return events[from:to], info
}
