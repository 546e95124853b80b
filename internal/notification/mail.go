// Package notification tells people by mail what happens to orders.
package notification

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"eda-demo/internal/event"
)

// Mail is a message to everyone who subscribed.
type Mail struct {
	// Subject is ASCII, less than 100 characters and one line, as SNS requires.
	Subject string
	Text    string
}

// errUnknown says that nobody is told of a kind of event.
var errUnknown = errors.New("there is no mail for this kind of event")

// wording has, for each kind of event that people are told of, the subject and
// the first sentence; the order's id is to be put in.
var wording = map[[2]string]struct{ subject, sentence string }{
	{event.OrderService, event.OrderCreated}: {
		"Order %d created", "Order %d was accepted and awaits its payment."},
	{event.OrderService, event.OrderCompleted}: {
		"Order %d completed", "Order %d is paid and complete."},
	{event.OrderService, event.OrderCancelled}: {
		"Order %d cancelled", "Order %d was cancelled because its payment failed."},
	{event.PaymentService, event.PaymentSucceeded}: {
		"Payment for order %d succeeded", "The payment for order %d was accepted."},
	{event.PaymentService, event.PaymentFailed}: {
		"Payment for order %d failed", "The payment for order %d was refused."},
}

// detail is what all events that people are told of have in common.
type detail struct {
	ID       int64          `json:"id"`
	Metadata event.Metadata `json:"metadata"`
}

// compose writes the mail about an event and returns the event's metadata. It
// fails with errUnknown for a kind of event without a mail.
func compose(e event.Envelope) (Mail, detail, error) {
	words, known := wording[[2]string{e.Source, e.DetailType}]
	if !known {
		return Mail{}, detail{}, errUnknown
	}
	var d detail
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return Mail{}, detail{}, fmt.Errorf("reading the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	if d.ID < 1 {
		return Mail{}, detail{}, fmt.Errorf("the detail of %s %s has no order's id", e.DetailType, e.ID)
	}
	d.Metadata = d.Metadata.Or(e)
	var text strings.Builder
	fmt.Fprintf(&text, words.sentence+"\n\n", d.ID)
	fmt.Fprintf(&text, "Source: %s\nEvent: %s\nOrder: %d\nTime: %s\n",
		e.Source, e.DetailType, d.ID, e.Time.UTC().Format(time.RFC3339))
	return Mail{Subject: fmt.Sprintf(words.subject, d.ID), Text: text.String()}, d, nil
}
