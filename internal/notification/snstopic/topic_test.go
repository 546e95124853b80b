package snstopic_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eda-demo/internal/notification"
	"eda-demo/internal/notification/snstopic"
)

// fakeAPI keeps the input of a call and answers with err.
type fakeAPI struct {
	input *sns.PublishInput
	err   error
}

func (f *fakeAPI) Publish(_ context.Context, input *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	f.input = input
	return &sns.PublishOutput{}, f.err
}

func TestPublish(t *testing.T) {
	const arn = "arn:aws:sns:us-east-1:000000000000:eda-demo-order-notification"
	api := &fakeAPI{}
	topic := snstopic.New(api, arn)
	if err := topic.Publish(context.Background(), notification.Mail{Subject: "subject", Text: "text"}); err != nil {
		t.Errorf("Publish: %v", err)
	}
	if got := api.input; *got.TopicArn != arn || *got.Subject != "subject" || *got.Message != "text" {
		t.Errorf("published %q %q to %s, want subject and text to %s", *got.Subject, *got.Message, *got.TopicArn, arn)
	}
	api.err = errors.New("down")
	if err := topic.Publish(context.Background(), notification.Mail{}); !errors.Is(err, api.err) {
		t.Errorf("Publish = %v, want %v", err, api.err)
	}
}
