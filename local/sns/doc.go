// Package sns stands in for Amazon SNS: standard topics, their subscriptions
// with filter policies, and what is published on them.
//
// It owns topics and subscriptions. A message is accepted once for each
// subscription that wants it and delivered through the delivery queue: to
// queues and functions as the service principal sns.amazonaws.com acting for
// the topic, so that their policies decide, and as mail to the local mailbox.
// FIFO topics and the protocols http, https, sms, application and firehose are
// refused by name.
//
// API reference: https://docs.aws.amazon.com/sns/latest/api/
package sns
