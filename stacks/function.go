package stacks

import (
	"maps"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// packageMetadata is the key of a function's metadata, in the template, that
// names the main package it was built from: a tool that knows it can rebuild
// one changed program without another synthesis.
const packageMetadata = "eda-demo:go-package"

// memory is every function's, in MB. The programs need less than 30, but
// processing time grows with memory, and a first response is little else: 256
// keeps it in tens of milliseconds, at the same price per request as 128.
const memory = 256

// functionProps says what is particular to a function.
type functionProps struct {
	name        string
	pkg         string // main package, a key of Programs
	description string
	environment map[string]*string
	timeout     time.Duration
	// allowed is what the program itself calls; logs, traces and the failure
	// destination are added to it.
	allowed statements
	// invocation says who invokes the function and what becomes of failures.
	invocation invocation
}

// invocation is a way of invoking a function. The zero value is synchronous:
// the caller waits and sees a failure itself.
type invocation struct {
	asynchronous bool
	stream       *string // ARN of the DynamoDB stream that the function reads
	// after is what must exist before the first record of the stream is read.
	after constructs.IDependable
}

// function is a Lambda function and, unless it is invoked synchronously, the
// queue of what it failed to process.
type function struct {
	awslambda.Function
	failures awssqs.Queue
	// invokeConfig leads the failures of asynchronous invocations there; nil
	// for another kind of invocation.
	invokeConfig awslambda.CfnEventInvokeConfig
	// errors is on when invocations fail.
	errors awscloudwatch.Alarm
	// live is the alias that everything invokes; nil if there are no versions.
	live awslambda.CfnAlias
}

// function creates a Lambda function with its role, log group, failure
// destination and deployment. No other code creates one.
func (s scope) function(id string, p functionProps) function {
	s = s.child(id)
	logGroup := s.logGroup("Logs", "/aws/lambda/"+p.name)
	allowed := append(statements{
		allow(logGroup.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
		allowTracing(),
	}, p.allowed...)
	var fn function
	if p.invocation != (invocation{}) {
		fn.failures = s.deadLetters("Failures", p.name+"-failures",
			"Invocations of "+p.name+" that failed for good")
		allowed = append(allowed, allow(fn.failures.QueueArn(), "sqs:SendMessage"))
	}
	if p.invocation.stream != nil {
		allowed = append(allowed, allowStream(p.invocation.stream))
	}
	lambda := awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil)
	fn.Function = awslambda.NewFunction(s.Construct, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName:  jsii.String(p.name),
		Description:   jsii.String(p.description),
		Runtime:       awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:  awslambda.Architecture_Custom(jsii.String(architectures[s.cfg.Target]), nil),
		Handler:       jsii.String("bootstrap"),
		Code:          awslambda.Code_FromAsset(jsii.String(s.programs[p.pkg]), nil),
		Environment:   environment(p.environment),
		MemorySize:    jsii.Number(memory),
		Timeout:       awscdk.Duration_Seconds(jsii.Number(p.timeout.Seconds())),
		Role:          s.role("Role", lambda, allowed),
		LogGroup:      logGroup,
		LoggingFormat: awslambda.LoggingFormat_JSON,
		Tracing:       awslambda.Tracing_ACTIVE,

		CurrentVersionOptions: keptVersions(),
	})
	fn.resource().AddMetadata(jsii.String(packageMetadata), p.pkg)
	s.watch.logGroups = append(s.watch.logGroups, logGroup)
	s.watchFunction(fn, p.name, p.invocation)
	s.deployGradually(&fn, p.name)
	s.handleFailures(&fn, p.invocation)
	return fn
}

// resource is the function's CloudFormation resource.
func (f function) resource() awslambda.CfnFunction {
	return f.Node().DefaultChild().(awslambda.CfnFunction)
}

// environment copies the variables, so that a caller's map is never shared.
func environment(variables map[string]*string) *map[string]*string {
	copied := maps.Clone(variables)
	return &copied
}
