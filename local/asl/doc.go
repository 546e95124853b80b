// Package asl parses and runs state machines written in the Amazon States
// Language with JSONPath as the query language. It knows nothing of AWS's
// services: what a Task state does is a TaskRunner's business, what happened is
// told to a Recorder.
//
// Parse is strict. An unknown state type, field, choice operator, intrinsic
// function or Next target, a path that can't be applied, JSONata, and the
// features that need other services (distributed Map, ItemReader, ItemBatcher,
// ResultWriter, Credentials) are refused with the state and the field at fault.
//
// Language: https://states-language.net/spec.html
// Behaviour the specification leaves open:
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
//
// # Data
//
// Values are decoded with json.Number, so that numbers keep every digit. A
// text is limited to MaxPayload bytes wherever it passes from or to a state.
// Members of objects built here are ordered by name.
//
// # Errors
//
// Failures of the definition or its data at run time are States.Runtime, which
// nothing catches. States.DataLimitExceeded is caught by its own name only.
// States.ALL matches everything else, States.TaskFailed everything but
// timeouts besides.
//
// # Resuming
//
// Between two states of the top level, an execution is fully described by the
// name of the state to enter, its input and the id of the last recorded event.
// The last recorded StateEntered event of the top level holds all of it, so a
// Run given that state as Execution.From, that event's input and its id
// continues an interrupted execution. The state itself runs again: a Task calls
// once more, with a new token if it waits for one, Parallel and Map begin anew,
// Retry counts from the beginning. A Wait state waits for the rest of its time
// only, given the time of that event as Execution.Since; where that event
// itself follows one that entered the state, the time of the first of them.
package asl
