// Package provision makes stacks what their templates say: it creates,
// updates, replaces and deletes resources in the order of their dependencies,
// tells each step as an event, and takes back what it did when a step fails.
// It is what AWS CloudFormation does behind its API, and is used by that API's
// stand-in and by the runner itself.
//
// It knows templates and the functions that services register for their
// resource types; it knows no service and no wire format.
//
// Statuses and their order:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
//
// What a failed step leaves is found by comparing each resource with what the
// template asks for. So an update, its rollback, and going on after the process
// was killed in the middle of either are the same thing: converge to a template.
package provision
