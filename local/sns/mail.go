package sns

import (
	"time"

	"github.com/google/uuid"
)

// Mail is an e-mail.
type Mail struct {
	From    string
	To      string
	Subject string
	Body    string
	Sent    time.Time
	// ConfirmURL is the link that confirms a subscription, in the mail that asks
	// for it. UnsubscribeURL is the link that ends it, in all others.
	ConfirmURL     string `json:",omitempty"`
	UnsubscribeURL string `json:",omitempty"`
}

// Mailer delivers mails. It is safe for concurrent use. A mail that it has
// taken is delivered; with an error it is not taken, and offered again.
type Mailer interface{ Send(Mail) error }

const sender = "no-reply@sns.amazonaws.com"

// confirmationMail asks an address whether it wants to be subscribed.
func (s *Service) confirmationMail(sub *subscription) (Mail, error) {
	m := Mail{
		From: "AWS Notifications <" + sender + ">", To: sub.endpoint, Subject: "AWS Notification - Subscription Confirmation",
		Sent:       time.Now().UTC(),
		ConfirmURL: s.link(ConfirmationPage, "TopicArn", sub.topicARN, "Token", sub.token, "Endpoint", sub.endpoint),
	}
	m.Body = "This address was subscribed to the topic\n" + sub.topicARN +
		"\n\nTo receive its notifications, confirm by following this link within 48 hours:\n" + m.ConfirmURL +
		"\n\nIf you don't want them, there is nothing to do.\n"
	if sub.protocol == "email" {
		return m, nil
	}
	body, err := envelope{
		Type: "SubscriptionConfirmation", MessageId: uuid.NewString(), Token: sub.token, TopicArn: sub.topicARN,
		Message:      "This address was subscribed to the topic " + sub.topicARN + ". To confirm, visit the SubscribeURL.",
		SubscribeURL: s.link("/", "Action", "ConfirmSubscription", "TopicArn", sub.topicARN, "Token", sub.token),
		Timestamp:    timestamp(m.Sent), SignatureVersion: "1", Signature: signature, SigningCertURL: s.Endpoint + "/SimpleNotificationService.pem",
	}.text()
	m.Body = body
	return m, err
}

// notificationMail carries a message to an address.
func (s *Service) notificationMail(sub *subscription, m *message) (Mail, error) {
	t, err := s.topicAt(sub.topicARN)
	if err != nil {
		return Mail{}, err
	}
	name := t.attributes["DisplayName"]
	if name == "" {
		name = "AWS Notifications"
	}
	mail := Mail{
		From: name + " <" + sender + ">", To: sub.endpoint, Subject: m.Subject, Sent: time.Now().UTC(),
		UnsubscribeURL: s.link(UnsubscribePage, "SubscriptionArn", sub.arn, "Endpoint", sub.endpoint),
	}
	if mail.Subject == "" {
		mail.Subject = "AWS Notification Message"
	}
	if sub.protocol == "email-json" {
		mail.Body, err = s.envelope(sub, m).text()
		return mail, err
	}
	mail.Body = m.textFor(sub.protocol) + "\n\n--\nTo stop receiving notifications from this topic, follow this link:\n" + mail.UnsubscribeURL + "\n"
	return mail, nil
}
