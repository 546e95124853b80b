package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eda-demo/internal/event"
)

type mail struct {
	To         string `json:"to"`
	Subject    string `json:"subject"`
	Body       string `json:"body"`
	ConfirmURL string `json:"confirmUrl"`
}

func inbox(t *testing.T, r *runner) []mail {
	t.Helper()
	response, err := http.Get(r.Endpoint + "/inbox.json")
	if err != nil {
		t.Fatal(err)
	}
	var mails []mail
	got := read(t, response)
	if err := json.Unmarshal([]byte(got.body), &mails); err != nil {
		t.Fatalf("the inbox answers %d %s: %v", got.status, got.body, err)
	}
	return mails
}

func findMails(t *testing.T, r *runner, text string) []mail {
	t.Helper()
	var found []mail
	for _, m := range inbox(t, r) {
		if strings.Contains(m.Subject+m.Body, text) {
			found = append(found, m)
		}
	}
	return found
}

func subscriptionARN(t *testing.T) string {
	t.Helper()
	out, err := sns.NewFromConfig(sut.aws).ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{
		TopicArn: aws.String(sut.output("NotificationTopicArn")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Subscriptions) != 1 || *out.Subscriptions[0].Endpoint != email {
		t.Fatalf("subscriptions are %+v, want one of %s", out.Subscriptions, email)
	}
	return *out.Subscriptions[0].SubscriptionArn
}

// TestMails uses a runner of its own: confirming a subscription can be done
// once only.
func TestMails(t *testing.T) {
	needRunner(t)
	r, err := startRunner(t.TempDir()+"/out.json", "-context", "email="+email)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	defer aim(t, r)()

	if got := subscriptionARN(t); got != "PendingConfirmation" {
		t.Fatalf("the subscription is %s, want PendingConfirmation", got)
	}
	unheard := placeOrder(t, "100")
	awaitStatus(t, unheard, "OrderCompleted")
	awaitNotified(t, 3)
	confirm(t, r)
	if got := subscriptionARN(t); !strings.HasPrefix(got, sut.output("NotificationTopicArn")+":") {
		t.Errorf("the subscription is %s, want an ARN of the topic's", got)
	}

	completed, cancelled := placeOrder(t, "100"), placeOrder(t, "900")
	awaitMails(t, r, completed, "OrderCreated", "PaymentSucceeded", "OrderCompleted")
	awaitMails(t, r, cancelled, "OrderCreated", "PaymentFailed", "OrderCancelled")
	if got := findMails(t, r, fmt.Sprintf("Order %d completed", completed)); len(got) != 1 || got[0].To != email {
		t.Errorf("mails with the subject for a person are %+v, want one to %s", got, email)
	}
	if got := findMails(t, r, fmt.Sprint(unheard)); len(got) > 0 {
		t.Errorf("mails came before the subscription was confirmed: %+v", got)
	}
}

// awaitNotified waits until the notification function is done with a number of
// events: it has an item for each, without a lease.
func awaitNotified(t *testing.T, events int32) {
	t.Helper()
	client := dynamodb.NewFromConfig(sut.aws)
	eventually(t, fmt.Sprintf("%d events are notified", events), func() error {
		out, err := client.Scan(t.Context(), &dynamodb.ScanInput{
			TableName: aws.String(event.NotifiedEventsTable), ConsistentRead: aws.Bool(true),
			FilterExpression: aws.String("attribute_not_exists(leaseUntil)"),
		})
		if err != nil || out.Count == events {
			return err
		}
		return fmt.Errorf("%d are", out.Count)
	})
}

// confirm follows the link of the mail that asks about the notifications. There
// is another about the alarms.
func confirm(t *testing.T, r *runner) {
	t.Helper()
	var mails []mail
	eventually(t, "a confirmation mail", func() error {
		mails = slices.DeleteFunc(findMails(t, r, "Confirm"), func(m mail) bool {
			return !strings.Contains(m.ConfirmURL, event.NotificationTopic)
		})
		if len(mails) != 1 {
			return fmt.Errorf("the inbox has %d of them: %+v", len(mails), inbox(t, r))
		}
		return nil
	})
	if !strings.Contains(mails[0].Body, mails[0].ConfirmURL) {
		t.Errorf("the mail %q does not have the link %s", mails[0].Body, mails[0].ConfirmURL)
	}
	response, err := http.Get(mails[0].ConfirmURL)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, response); got.status != http.StatusOK {
		t.Fatalf("the link in %q answers %d %s", mails[0].Body, got.status, got.body)
	}
}

func awaitMails(t *testing.T, r *runner, id int64, events ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("mails about order %d", id), func() error {
		got := findMails(t, r, fmt.Sprint(id))
		if len(got) != len(events) {
			return fmt.Errorf("%d mails: %+v", len(got), got)
		}
		for _, name := range events {
			if len(findMails(t, r, name)) == 0 {
				return errors.New("none says " + name)
			}
		}
		return nil
	})
}
