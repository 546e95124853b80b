// Package iam decides who may do what: it holds the roles of the account and
// evaluates identity-based and resource-based policies as IAM does within one
// account.
//
// It owns roles, their policies and the temporary credentials issued for them.
// It knows nothing of any service: the action, the resource, the resource's
// policy and the condition keys of a call come from the service that receives
// it, through the front door.
//
// Policy grammar:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// Evaluation logic:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package iam
