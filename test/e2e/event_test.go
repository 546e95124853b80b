package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// publish puts an event on the bus as the payment service does.
func publish(t *testing.T, source, detailType, detail string) {
	t.Helper()
	out, err := eventbridge.NewFromConfig(sut.aws).PutEvents(t.Context(), &eventbridge.PutEventsInput{
		Entries: []eventtypes.PutEventsRequestEntry{{
			EventBusName: aws.String(sut.output("EventBusName")), Source: aws.String(source),
			DetailType: aws.String(detailType), Detail: aws.String(detail),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.FailedEntryCount != 0 {
		t.Fatalf("the event is refused: %s", *out.Entries[0].ErrorMessage)
	}
}

func paymentDetail(id int64, eventID string) string {
	return fmt.Sprintf(`{"id":%d,"metadata":{"eventId":%q,"correlationId":"c","schemaVersion":"1"}}`, id, eventID)
}

func TestLatePaymentEventChangesNothing(t *testing.T) {
	id := placeOrder(t, "100")
	first := awaitStatus(t, id, "OrderCompleted")
	publish(t, "payment-service", "PaymentFailed", paymentDetail(id, fmt.Sprint("late-", id)))
	publish(t, "payment-service", "PaymentSucceeded", paymentDetail(id, fmt.Sprint("again-", id)))
	eventually(t, "both events are logged", func() error {
		if got := loggedEvents(t, aboutOrder(id)); got["PaymentFailed"] != 1 || got["PaymentSucceeded"] != 2 {
			return fmt.Errorf("events are %v", got)
		}
		return nil
	})
	// A later order that is through shows that nothing of the above follows.
	awaitStatus(t, placeOrder(t, "1"), "OrderCompleted")
	if now := awaitStatus(t, id, "OrderCompleted"); len(now.History) != 2 || now.Updated != first.Updated {
		t.Errorf("the order became %+v, want it as it was: %+v", now, first)
	}
	if got := loggedEvents(t, aboutOrder(id)); got["OrderCancelled"] != 0 || got["OrderCompleted"] != 1 {
		t.Errorf("events are %v, want one OrderCompleted and no OrderCancelled", got)
	}
}

// deadLetter waits for a message that contains text in any of the app's queues,
// takes it out and returns its body.
func deadLetter(t *testing.T, text string) string {
	t.Helper()
	client := sqs.NewFromConfig(sut.aws)
	var found string
	eventually(t, "a dead letter with "+text, func() error {
		queues, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("eda-demo-")})
		if err != nil {
			return err
		}
		for _, url := range queues.QueueUrls {
			if found, err = takeMessage(t, client, url, text); err != nil || found != "" {
				return err
			}
		}
		return fmt.Errorf("none of %d queues has it", len(queues.QueueUrls))
	})
	return found
}

func takeMessage(t *testing.T, client *sqs.Client, url, text string) (string, error) {
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(url), MaxNumberOfMessages: 10, VisibilityTimeout: 1,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return "", err
	}
	for _, message := range out.Messages {
		if strings.Contains(*message.Body, text) {
			_, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
				QueueUrl: aws.String(url), ReceiptHandle: message.ReceiptHandle,
			})
			return *message.Body, err
		}
	}
	return "", nil
}

func TestPaymentForUnknownOrderIsDeadLettered(t *testing.T) {
	id := newID()
	publish(t, "payment-service", "PaymentSucceeded", paymentDetail(id, fmt.Sprint("unknown-", id)))
	if got := deadLetter(t, fmt.Sprintf(`"id":%d`, id)); !strings.Contains(got, "RetriesExhausted") {
		t.Errorf("the dead letter is %s, want the condition RetriesExhausted", got)
	}
}

func TestUnknownPaymentEventIsDeadLetteredWithItsReason(t *testing.T) {
	id := newID()
	publish(t, "payment-service", "PaymentPostponed", paymentDetail(id, fmt.Sprint("postponed-", id)))
	got := deadLetter(t, fmt.Sprintf(`"id":%d`, id))
	if !strings.Contains(got, "errorMessage") || strings.Count(got, "PaymentPostponed") < 2 {
		t.Errorf("the dead letter is %s, want its error to name PaymentPostponed", got)
	}
}
