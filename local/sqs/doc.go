// Package sqs stands in for Amazon SQS: standard queues with visibility
// timeouts, long polling, delays, retention, dead-letter queues and the tasks
// that move messages back from them.
//
// It owns queues and their messages. Order is first in, first out as long as
// nothing is received twice, but nobody may rely on it; a message may be
// received more than once. FIFO queues and keys of KMS are refused by name.
//
// # State
//
// With a store that lasts, everything is kept before a call is acknowledged:
// queues, messages with their receptions and visibility timeouts, dead letters,
// move tasks. Times go on during an interruption. Not kept are the last
// minute's names of deleted queues and purges. A queue of a stack that is taken
// up after a start is as its definition says, with the messages that it had.
//
// API reference: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
package sqs
