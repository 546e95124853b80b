// Package inbox is the mailbox of this machine: every mail that is sent
// arrives here, whoever it is for.
//
// It owns the mails. The last ones are kept in memory, within both limits of
// New; older ones are dropped.
package inbox

import (
	"slices"
	"sync"

	"eda-demo/local/sns"
)

// maxSize bounds the memory that mails take, in bytes.
const maxSize = 16 << 20

// Message is a mail that arrived. ID counts from 1.
type Message struct {
	ID int
	sns.Mail
}

// Box is a mailbox. It is safe for concurrent use.
type Box struct {
	limit int

	mu       sync.RWMutex
	messages []Message // oldest first
	size     int
	last     int
}

var _ sns.Mailer = (*Box)(nil)

// New returns an empty mailbox that keeps up to limit mails, and no more than
// 16 MiB of them.
func New(limit int) *Box { return &Box{limit: limit} }

// Send takes a mail.
func (b *Box) Send(mail sns.Mail) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.messages = append(b.messages, Message{b.last, mail})
	b.size += sizeOf(mail)
	for len(b.messages) > 1 && (len(b.messages) > b.limit || b.size > maxSize) {
		b.size -= sizeOf(b.messages[0].Mail)
		b.messages[0] = Message{}
		b.messages = b.messages[1:]
	}
}

func sizeOf(mail sns.Mail) int {
	return len(mail.From) + len(mail.To) + len(mail.Subject) + len(mail.Body) + len(mail.ConfirmURL) + len(mail.UnsubscribeURL)
}

// Messages returns the mails, newest first.
func (b *Box) Messages() []Message {
	b.mu.RLock()
	defer b.mu.RUnlock()
	newest := slices.Clone(b.messages)
	slices.Reverse(newest)
	return newest
}

// Message returns the mail with that id, if it is still there.
func (b *Box) Message(id int) (Message, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	at, found := slices.BinarySearchFunc(b.messages, id, func(m Message, id int) int { return m.ID - id })
	if !found {
		return Message{}, false
	}
	return b.messages[at], true
}
