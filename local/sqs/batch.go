package sqs

import (
	"context"
	"errors"
	"regexp"

	"eda-demo/local/frontdoor"
)

const maxBatch = 10

var batchEntryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkBatch refuses a batch as a whole.
func checkBatch(entryKind string, ids []string) error {
	if len(ids) == 0 {
		return prefixed("EmptyBatchRequest", "There should be at least one %s in the request.", entryKind)
	}
	if len(ids) > maxBatch {
		return prefixed("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(ids))
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if !batchEntryID.MatchString(id) {
			return prefixed("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return prefixed("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// failedEntry tells why one entry of a batch was refused.
type failedEntry struct {
	Id          string
	SenderFault bool
	Code        string
	Message     string
}

func entryFailure(id string, err error) failedEntry {
	var known *frontdoor.Error
	if errors.As(err, &known) {
		return failedEntry{Id: id, SenderFault: true, Code: known.QueryCode, Message: known.Message}
	}
	return failedEntry{Id: id, Code: "InternalError", Message: err.Error()}
}

// done is a successful entry that has nothing but its id to tell.
type done struct{ Id string }

type batchOutput struct {
	Successful []done        `json:",omitempty"`
	Failed     []failedEntry `json:",omitempty"`
}

func (b *batchOutput) note(id string, err error) {
	if err != nil {
		b.Failed = append(b.Failed, entryFailure(id, err))
		return
	}
	b.Successful = append(b.Successful, done{id})
}

type sendEntry struct {
	Id string
	outgoing
}

type sendBatchInput struct {
	onQueue
	Entries []sendEntry
}

type sentEntry struct {
	Id string
	sentMessage
}

type sendBatchOutput struct {
	Successful []sentEntry   `json:",omitempty"`
	Failed     []failedEntry `json:",omitempty"`
}

func (s *Service) sendBatch(ctx context.Context, in *sendBatchInput) (*sendBatchOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &sendBatchOutput{}
	for _, entry := range in.Entries {
		sent, err := q.send(frontdoor.Caller(ctx), entry.outgoing)
		if err != nil {
			out.Failed = append(out.Failed, entryFailure(entry.Id, err))
			continue
		}
		out.Successful = append(out.Successful, sentEntry{entry.Id, *sent})
	}
	return out, nil
}

func (in *sendBatchInput) check() error {
	var ids []string
	size := 0
	for _, entry := range in.Entries {
		ids = append(ids, entry.Id)
		size += entry.size()
	}
	if err := checkBatch("SendMessageBatchRequestEntry", ids); err != nil {
		return err
	}
	if size > maxMessageSize {
		return prefixed("BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessageSize, size)
	}
	return nil
}
