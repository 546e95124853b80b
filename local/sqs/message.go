package sqs

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"
)

// message is a message in a queue.
type message struct {
	number   uint64 // of its arrival, also its key in the store
	id       string
	body     string
	sender   string
	group    string // the message group of fair queues
	trace    string // AWSTraceHeader
	user     map[string]attribute
	digest   string // MD5 of body
	sent     time.Time
	source   string // ARN of the queue that gave it up, in a dead-letter queue
	received int
	first    time.Time // first reception
	handle   string    // of the latest reception

	hiddenUntil time.Time // delayed or in flight until then; zero when it can be received
	gone        bool      // deleted, moved or expired
}

// copy returns the message as if it had never been received, for another queue.
func (m *message) copy() *message {
	return &message{
		id: m.id, body: m.body, digest: m.digest, sender: m.sender, group: m.group, trace: m.trace, user: m.user, sent: m.sent,
	}
}

// newHandle returns a receipt handle: where the message is, and which
// reception it stands for.
func newHandle(queue, id string) string {
	return base64.StdEncoding.EncodeToString([]byte(queue + "/" + id + "/" + rand.Text()))
}

// idIn returns the message id in a receipt handle of the named queue.
func idIn(queue, handle string) (string, error) {
	if handle == "" {
		return "", missing("ReceiptHandle")
	}
	raw, err := base64.StdEncoding.DecodeString(handle)
	if err != nil {
		return "", invalidHandle(handle)
	}
	parts := strings.Split(string(raw), "/")
	if len(parts) != 3 || parts[0] != queue {
		return "", invalidHandle(handle)
	}
	return parts[1], nil
}
