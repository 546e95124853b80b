// Package logs stands in for CloudWatch Logs: groups, streams, their events
// and the resource policies that let services write.
//
// It owns log groups and everything in them. Events are in memory: at most 16
// MiB a group, the oldest dropped first, and none older than the group's
// retention. Metric and subscription filters, Live Tail and queries do
// not exist here.
//
// With a store that lasts, all of it is kept before a call is acknowledged. A
// group of a stack that is taken up after a start has the settings of the
// stack's template, and the events that it had.
//
// API reference: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
package logs
