// Package cloudformation is the stand-in of the AWS CloudFormation API over
// provision.Engine: the CDK CLI, the AWS CLI and the SDKs create, update, show
// and delete stacks by it, in one step or by change sets.
//
// Operations, names and errors are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
//
// Clients ask every five seconds how a stack is doing, and operations here take
// tenths of one. So CreateChangeSet plans before it answers: a change set is
// CREATE_COMPLETE or FAILED from the beginning. And what starts an operation on
// a stack answers when that has ended, or after a second: the client's first
// look finds the end.
//
// What CloudFormation would tell in the status of a change set because it plans
// later is a ValidationError of CreateChangeSet here: an export that does not
// exist, for one. Such a change set comes to be there, and does not here.
//
// Change sets are kept in memory only. The role that CloudFormation is given is
// shown, and the caller has to be allowed to pass it; it need not exist, since
// accounts without `cdk bootstrap` have none, and nothing is done under it.
//
// Resources can't be imported, nested stacks and stack sets don't exist, and
// neither do drift detection and the reversal of drift, hooks, stack policies, rollback triggers,
// notifications of topics, and the express mode of deployments. Asking for one
// of them is refused by the name of the parameter or the operation.
//
// What a parameter of Systems Manager resolves to is not shown.
//
// From memory only are the words by which RollbackStack and
// ContinueUpdateRollback refuse a stack in another status, those about tags and
// about the previous value of a parameter, and those about a change set that is
// being executed and can't be deleted.
package cloudformation
