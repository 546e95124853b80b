// Package ssm stands in for the Parameter Store of AWS Systems Manager: plain
// parameters of the types String and StringList, with their versions.
// SecureString is refused, as is any tier but Standard: there are no keys here.
// Labels, policies and the rest of Systems Manager are not supported.
//
// The account comes as if it had been bootstrapped for the CDK: the parameter
// that says which version of the bootstrap resources there is exists from the
// start. A template may create it, as the bootstrap stack does.
//
// API reference: https://docs.aws.amazon.com/systems-manager/latest/APIReference/
package ssm
