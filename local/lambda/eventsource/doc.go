// Package eventsource reads DynamoDB streams and SQS queues for Lambda: it
// collects records into batches, has a function handle them, and retries,
// splits or discards what fails.
//
// It owns the position in a stream and the fate of a batch. It reads with the
// permissions of the caller it is given, and knows functions only as something
// that takes a payload and answers.
//
// Streams: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
// Queues: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
package eventsource
