// Package cloudcontrol is the stand-in of the AWS Cloud Control API, as far as
// the CDK CLI needs it to hot-swap resources: it shows and updates resources
// that a stack has.
//
// Operations and errors are those of
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
//
// The stack does not learn of an update: its next deployment compares with its
// template, as on AWS. Updates are done when they are answered. One that a
// service refuses is an error of UpdateResource; AWS would begin it and tell the
// failure by GetResourceRequestStatus, where the CDK CLI does not look.
//
// Resources can't be created, deleted or listed: those operations are unknown.
package cloudcontrol
