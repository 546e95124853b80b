// Package sns stands in for Amazon SNS: standard topics, their subscriptions
// with filter policies, and what is published on them.
//
// It owns topics and subscriptions. A message is accepted once for each
// subscription that wants it and delivered through the delivery queue: to
// queues and functions as the service principal sns.amazonaws.com acting for
// the topic, so that their policies decide, and as mail to the local mailbox.
// Topics and subscriptions last as long as the store does. Those of the template
// are found again by their names and logical ids, and get the attributes that
// the template has now; a subscription that was deleted, or that nobody confirmed
// in time, is not made again. One whose resource is no more in the template takes
// no part.
// FIFO topics and the protocols http, https, sms, application and firehose are
// refused by name.
//
// API reference: https://docs.aws.amazon.com/sns/latest/api/
package sns
