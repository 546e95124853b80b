package sns

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// The pages that links in mails lead to, below the endpoint.
const (
	ConfirmationPage = "/confirmation.html" // TopicArn, Token
	UnsubscribePage  = "/unsubscribe.html"  // SubscriptionArn
)

// signature stands where AWS signs: nothing is signed here.
var signature = base64.StdEncoding.EncodeToString([]byte("not signed"))

// envelope is the JSON in which messages travel, unless raw.
// https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html
type envelope struct {
	Type              string
	MessageId         string
	Token             string `json:",omitempty"`
	TopicArn          string
	Subject           string `json:",omitempty"`
	Message           string
	SubscribeURL      string `json:",omitempty"`
	Timestamp         string
	SignatureVersion  string
	Signature         string
	SigningCertURL    string
	UnsubscribeURL    string                       `json:",omitempty"`
	MessageAttributes map[string]envelopeAttribute `json:",omitempty"`
}

type envelopeAttribute struct{ Type, Value string }

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (s *Service) envelope(sub *subscription, m *message) envelope {
	return envelope{
		Type: "Notification", MessageId: m.ID, TopicArn: m.TopicARN, Subject: m.Subject, Message: m.textFor(sub.protocol),
		Timestamp: timestamp(m.Published), SignatureVersion: "1", Signature: signature,
		SigningCertURL: s.Endpoint + "/SimpleNotificationService.pem",
		UnsubscribeURL: s.link("/", "Action", "Unsubscribe", "SubscriptionArn", sub.arn), MessageAttributes: m.shownAttributes(),
	}
}

// shownAttributes has binary values in base64.
func (m *message) shownAttributes() map[string]envelopeAttribute {
	shown := map[string]envelopeAttribute{}
	for name, a := range m.Attributes {
		value := a.StringValue
		if strings.HasPrefix(a.DataType, "Binary") {
			value = base64.StdEncoding.EncodeToString(a.BinaryValue)
		}
		shown[name] = envelopeAttribute{a.DataType, value}
	}
	return shown
}

func (e envelope) text() (string, error) {
	raw, err := json.MarshalIndent(e, "", "  ")
	return string(raw), err
}

// lambdaEvent is what a function gets.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
type lambdaEvent struct{ Records []lambdaRecord }

type lambdaRecord struct {
	EventVersion         string
	EventSubscriptionArn string
	EventSource          string
	Sns                  lambdaMessage
}

// lambdaMessage is the envelope with other names for two of its members, and
// those without a value present.
type lambdaMessage struct {
	Type              string
	MessageId         string
	TopicArn          string
	Subject           *string
	Message           string
	Timestamp         string
	SignatureVersion  string
	Signature         string
	SigningCertUrl    string
	UnsubscribeUrl    string
	MessageAttributes map[string]envelopeAttribute
}

func (s *Service) lambdaEvent(sub *subscription, m *message) lambdaEvent {
	e := s.envelope(sub, m)
	inner := lambdaMessage{
		Type: e.Type, MessageId: e.MessageId, TopicArn: e.TopicArn, Message: e.Message, Timestamp: e.Timestamp,
		SignatureVersion: e.SignatureVersion, Signature: e.Signature,
		SigningCertUrl: e.SigningCertURL, UnsubscribeUrl: e.UnsubscribeURL, MessageAttributes: e.MessageAttributes,
	}
	if m.Subject != "" {
		inner.Subject = &m.Subject
	}
	return lambdaEvent{[]lambdaRecord{{EventVersion: "1.0", EventSubscriptionArn: sub.arn, EventSource: "aws:sns", Sns: inner}}}
}

// link returns a link to this endpoint with query parameters in the order
// given: a name, then its value.
func (s *Service) link(path string, parameters ...string) string {
	var query []string
	for i := 0; i+1 < len(parameters); i += 2 {
		query = append(query, parameters[i]+"="+url.QueryEscape(parameters[i+1]))
	}
	return s.Endpoint + path + "?" + strings.Join(query, "&")
}
