// Package frontdoor is where every call of an AWS API enters the runner:
// from an SDK or the AWS CLI over HTTP, and from one service to another within
// the process. It owns the wire protocols, the caller's identity and the
// authorization of each call; services own what the call does.
//
// A service registers typed operations:
//
//	door.Register(frontdoor.Service{
//		Name: "events", Protocol: frontdoor.JSON11, TargetPrefix: "AWSEvents",
//		Operations: []frontdoor.Operation{
//			frontdoor.Op("DescribeRule", s.describeRuleAccess, s.describeRule),
//		},
//	})
//
// Input and output structs carry AWS's member names in `json` tags, whatever
// the protocol. Before the operation runs, each iam.Access that its access
// function returns is decided. An operation's error reaches the client only
// if it is an *Error; any other error is logged and answered as an internal
// failure.
//
// One service calls another by Call, naming the principal it acts for, so that
// a rule, a state machine or a topic passes the same checks as an SDK client.
package frontdoor
