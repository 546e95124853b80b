// Package chaos makes things go wrong on purpose, in the ways in which they go
// wrong on AWS: deliveries come twice, late or out of order, processes die in
// the middle of their work, calls are throttled, answers get lost.
//
// Whether something goes wrong is decided by the seed and by what it is, never
// by when it happens: the same order, delivered to the same function for the
// third time, has the same fate in each run with the same seed. What differs
// from run to run by its nature, such as ids that are drawn at random and
// times, is left out of what a thing is. The scheduler's part, such as which
// records share a batch, is not repeated.
//
// Faults hit what roles and services of the account do. Whoever calls with
// other keys, a person or a test, is spared, and so are the runner's own
// deliveries to dead-letter queues.
package chaos
