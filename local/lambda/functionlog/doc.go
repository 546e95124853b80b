// Package functionlog writes the output of Lambda functions, and the lines that
// Lambda itself adds to it, to CloudWatch Logs.
//
// Lines are kept until shortly after an invocation and then written in one
// call, so that no invocation waits for its log. A log that the function's
// role may not write is lost, as on AWS; it is reported once.
//
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package functionlog
