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
// Everything is in memory and changes in the methods of store, execution and
// callbacks only. The latest maxFinished executions that ended are kept, with
// their histories. An execution that was interrupted can go on from its
// history: the last StateEntered event of the top level names the state, its
// input and the id that the next event follows; see package asl. Task tokens
// of such a state are made anew, as the state runs again.
package stepfunctions
