// Package lambda is AWS Lambda: functions, their resource policies, their
// synchronous and asynchronous invocation, and event source mappings.
//
// It owns the functions and what is configured of them. Programs run in
// package sandbox, their logs go out through package functionlog, and package
// eventsource reads streams and queues. Asynchronous invocations wait in the
// delivery queue.
//
// A function has versions, each with processes of its own, and aliases that lead
// to them; what invokes it by an alias, and what is configured of the alias,
// knows nothing of the version. An alias leads elsewhere at once: there is no
// split traffic. Versions that no template has any more are gone after a
// restart.
//
// Every call that Lambda makes for a function, to streams, queues, logs and
// failure destinations, is made in the function's role and so checked like any
// other.
//
// https://docs.aws.amazon.com/lambda/latest/api/welcome.html
package lambda
