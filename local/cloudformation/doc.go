// Package cloudformation stands in for AWS CloudFormation's API: it shows the
// stack that runs, its outputs, resources, events and template. Stacks are
// made by the runner alone, so operations that would change one are unknown.
//
// API reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
package cloudformation
