// Package sqs stands in for Amazon SQS: standard queues with visibility
// timeouts, long polling, delays, retention, dead-letter queues and the tasks
// that move messages back from them.
//
// It owns queues and their messages. Order is first in, first out as long as
// nothing is received twice, but nobody may rely on it; a message may be
// received more than once. FIFO queues and keys of KMS are refused by name.
//
// API reference: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
package sqs
