// Package eventbridge is Amazon EventBridge: event buses, rules and their
// targets. It owns which events are accepted, which rules they match, what a
// target receives, and what becomes of an event that can't be delivered.
//
// Deliveries wait in the runner's one delivery queue. A target is called
// through the front door as events.amazonaws.com on behalf of the rule, or in
// the target's role, so that permissions are decided where the target lives.
//
// Archives keep the events of their bus in the store, bounded by their retention
// and by 64 MiB each; replays put them on that bus again and go on after a
// restart. What AWS does within minutes is done at once: an event is archived
// before it is acknowledged, and replayed as soon as its turn comes.
//
// Refused by name are schedules, API destinations, targets in other accounts or
// Regions, encryption keys and bus logging; operations on endpoints and partners
// are unknown.
//
// API reference: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
package eventbridge
