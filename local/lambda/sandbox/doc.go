// Package sandbox runs Lambda programs: it serves the Runtime API to them,
// starts and ends their processes, and hands each process one invocation at a
// time.
//
// It owns the processes and nothing else. Names, ARNs, roles, permissions,
// retries and where log lines go are its callers' matter.
//
// Each process has a prefix of its own in the Runtime API's path, and so a
// queue of its own: the pending request of a process that was killed can't
// take away the invocation of another.
//
// Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package sandbox
