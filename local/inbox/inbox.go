// Package inbox is the mailbox of this machine: every mail that is sent
// arrives here, whoever it is for.
//
// It owns the mails. The last ones are kept, in memory and in the store, within
// both limits of New; older ones are dropped.
package inbox

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"eda-demo/local/sns"
	"eda-demo/local/store"
)

// maxSize bounds the memory that mails take, in bytes.
const maxSize = 16 << 20

// bucket holds the mails in the store, by their ids.
const bucket = "inbox"

// Message is a mail that arrived. ID counts from 1.
type Message struct {
	ID int
	sns.Mail
}

// Box is a mailbox. It is safe for concurrent use.
type Box struct {
	limit int
	kept  *store.Store

	mu       sync.RWMutex
	messages []Message // oldest first
	size     int
	last     int
}

var _ sns.Mailer = (*Box)(nil)

// New returns a mailbox with the mails in the store. It keeps up to limit
// mails, and no more than 16 MiB of them.
func New(limit int, kept *store.Store) (*Box, error) {
	b := &Box{limit: limit, kept: kept}
	err := store.LoadJSON(kept, bucket, func(key string, mail sns.Mail) error {
		id, err := strconv.Atoi(key)
		if err != nil {
			return fmt.Errorf("key of a mail: %w", err)
		}
		b.last = id
		b.messages = append(b.messages, Message{id, mail})
		b.size += sizeOf(mail)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take over the mails of the run before: %w", err)
	}
	count := b.excess()
	if count > 0 { // the limit was higher
		err = kept.Update(func(tx *store.Tx) { b.erase(tx, count) })
	}
	b.drop(count)
	return b, err
}

// Send takes a mail. With an error it has not taken it.
func (b *Box) Send(mail sns.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := Message{b.last + 1, mail}
	b.messages = append(b.messages, m)
	b.size += sizeOf(mail)
	count := b.excess()
	err := b.kept.Update(func(tx *store.Tx) {
		tx.Put(bucket, key(m.ID), mail)
		b.erase(tx, count)
	})
	if err != nil {
		b.messages = b.messages[:len(b.messages)-1]
		b.size -= sizeOf(mail)
		return fmt.Errorf("take a mail to %s: %w", mail.To, err)
	}
	b.last = m.ID
	b.drop(count)
	return nil
}

func key(id int) string { return store.Sequence(uint64(id)) }

// excess is how many of the oldest mails are beyond the limits; the newest is
// always within.
func (b *Box) excess() int {
	count, size := 0, b.size
	for len(b.messages)-count > 1 && (len(b.messages)-count > b.limit || size > maxSize) {
		size -= sizeOf(b.messages[count].Mail)
		count++
	}
	return count
}

// erase takes the oldest mails out of the store, drop out of memory.
func (b *Box) erase(tx *store.Tx, count int) {
	for _, old := range b.messages[:count] {
		tx.Delete(bucket, key(old.ID))
	}
}

func (b *Box) drop(count int) {
	for i := range count {
		b.size -= sizeOf(b.messages[i].Mail)
		b.messages[i] = Message{}
	}
	b.messages = b.messages[count:]
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
