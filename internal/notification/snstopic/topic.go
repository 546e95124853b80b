// Package snstopic sends notifications through an Amazon SNS topic.
package snstopic

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eda-demo/internal/notification"
)

// API is what the topic needs of an SNS client.
type API interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// Topic is a notification.Topic.
type Topic struct {
	api API
	arn string
}

var _ notification.Topic = (*Topic)(nil)

// New makes a Topic of the one with the ARN.
func New(api API, arn string) *Topic {
	return &Topic{api: api, arn: arn}
}

// Publish implements notification.Topic.
func (t *Topic) Publish(ctx context.Context, mail notification.Mail) error {
	_, err := t.api.Publish(ctx, &sns.PublishInput{TopicArn: &t.arn, Subject: &mail.Subject, Message: &mail.Text})
	if err != nil {
		return fmt.Errorf("publishing to %s: %w", t.arn, err)
	}
	return nil
}
