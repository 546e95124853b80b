// Package codedeploy accepts the applications and deployment groups that a
// template deploys Lambda functions with. Nothing is shifted gradually here:
// there are no metrics that an alarm could go off by, so an alias leads to its
// new version as soon as it is updated.
//
// A deployment group is refused for what AWS refuses it for, the trust of its
// role included. There are no operations: who asks for deployments is told that
// there are none.
//
// https://docs.aws.amazon.com/codedeploy/latest/userguide/welcome.html
package codedeploy
