// Package logs stands in for CloudWatch Logs: groups, streams, their events
// and the resource policies that let services write.
//
// It owns log groups and everything in them. Events are in memory: at most 16
// MiB a group, the oldest dropped first, and none older than the group's
// retention. Metric and subscription filters, Live Tail and queries do
// not exist here.
//
// With a store that lasts, all of it is kept before a call is acknowledged. A
// group of the template has the settings of the template after each start, and
// the events that it had. Resource policies of the template are not kept: they
// go when the template has them no longer.
//
// API reference: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
package logs
