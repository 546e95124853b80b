// Package stepfunctions stands in for AWS Step Functions: state machines
// written with JSONPath, standard and express, their executions and histories,
// and callbacks with task tokens. The language itself is package asl.
//
// It owns state machines and executions. A task calls the service it names
// through the front door, as a session of the machine's role, so permissions
// are decided where those of every other call are. These resources can be
// called; a definition that names another is refused:
//
//   - the ARN of a Lambda function, and arn:aws:states:::lambda:invoke
//   - arn:aws:states:::events:putEvents
//   - arn:aws:states:::sqs:sendMessage, arn:aws:states:::sns:publish
//   - arn:aws:states:::dynamodb:getItem, putItem, updateItem, deleteItem
//   - arn:aws:states:::states:startExecution
//
// each but DynamoDB's also with .waitForTaskToken. A call's result carries
// SdkHttpMetadata with the status only, not the headers that AWS adds.
//
// API reference:
// https://docs.aws.amazon.com/step-functions/latest/apireference/
//
// # State
//
// Everything changes in the methods of registry, execution and callbacks only,
// in the store first. With a store that lasts, state machines and standard
// executions are kept with each event, before anybody is told of it; of express
// executions that run and nobody waits for, only the input is kept; log lines
// that are not written yet are not. The latest maxFinished executions that
// ended are kept, with their histories.
//
// An execution that was interrupted goes on when Resume is called, from the
// state of the top level that it entered last, with the definition that it
// started with. That state runs again, see package asl: what its tasks call is
// called at least once; Retry counts from the beginning; a task that waits for
// its token is called again with a new one, and the old one is answered as
// that of a task that timed out. A Wait state waits for the rest of its time,
// and TimeoutSeconds of the machine counts from the start. The history shows
// that the state was entered twice. An express execution runs again from its
// beginning.
//
// A state machine of a template is created under a name that is free, and taken
// up under its ARN after a restart: as its definition says, a new revision if
// that differs. Other machines are known again after Resume. An update makes a
// new revision, and executions keep the one that they started with. A machine
// that is deleted takes its executions along, with their histories: those that
// run fail at once, which AWS lets them do at their next transition.
package stepfunctions
