// Package eventbridge is Amazon EventBridge: event buses, rules and their
// targets. It owns which events are accepted, which rules they match, what a
// target receives, and what becomes of an event that can't be delivered.
//
// Deliveries wait in the runner's one delivery queue. A target is called
// through the front door as events.amazonaws.com on behalf of the rule, or in
// the target's role, so that permissions are decided where the target lives.
//
// Refused by name are schedules, API destinations, targets in other accounts or
// Regions, encryption keys and bus logging; operations on archives, replays,
// endpoints and partners are unknown.
//
// API reference: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
package eventbridge
