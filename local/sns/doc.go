// Package sns stands in for Amazon SNS: standard topics, their subscriptions
// with filter policies, and what is published on them.
//
// It owns topics and subscriptions. A message is accepted once for each
// subscription that wants it and delivered through the delivery queue: to
// queues and functions as the service principal sns.amazonaws.com acting for
// the topic, so that their policies decide, and as mail to the local mailbox.
// Topics and subscriptions last as long as the store does. Those of a stack are
// taken up by their ARNs after a start, and get the attributes that the stack's
// template says; a subscription that somebody ended, or that nobody confirmed in
// time, is not made again. A pending one can't be ended: when its template has
// it no longer it waits on, until its time is over or its topic goes.
// FIFO topics and the protocols http, https, sms, application and firehose are
// refused by name.
//
// API reference: https://docs.aws.amazon.com/sns/latest/api/
package sns
