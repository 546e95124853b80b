package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// patience is how long a delivery is retried before it becomes a dead letter:
// longer than a passing fault, and short enough that a person learns of a
// lasting one while it is news.
const patience = time.Hour

// streamBatch is how many records an invocation gets at most. An entry of
// PutEvents carries one of them and a call takes ten: a full batch is ten calls.
const streamBatch = 100

// streamRetries bounds how often a failing batch is tried again, besides its age.
// While it fails its shard waits; a batch of one poisoned record is found by
// bisection, which does not consume retries.
const streamRetries = 100

// handleFailures says what becomes of failed invocations, by who invokes.
func (s scope) handleFailures(fn *function, by invocation) {
	if by.asynchronous {
		fn.invokeConfig = s.invokeConfig(*fn)
	}
	if by.stream != nil {
		s.streamMapping(*fn, by)
	}
}

// invokeConfig bounds the retries of asynchronous invocations: two, the most
// that Lambda makes, then the failure destination.
func (s scope) invokeConfig(fn function) awslambda.CfnEventInvokeConfig {
	config := awslambda.NewCfnEventInvokeConfig(s.Construct, jsii.String("InvokeConfig"), &awslambda.CfnEventInvokeConfigProps{
		FunctionName:             fn.FunctionName(),
		Qualifier:                fn.qualifier(),
		MaximumRetryAttempts:     jsii.Number(2),
		MaximumEventAgeInSeconds: jsii.Number(patience.Seconds()),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: fn.failures.QueueArn()},
		},
	})
	fn.afterAlias(config)
	return config
}

// streamMapping feeds a DynamoDB stream to the function, from its first record
// on. The failure destination gets where in the stream the lost records are,
// not the records: they can be read there for 24 hours.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html
func (s scope) streamMapping(fn function, from invocation) {
	mapping := awslambda.NewCfnEventSourceMapping(s.Construct, jsii.String("Stream"), &awslambda.CfnEventSourceMappingProps{
		FunctionName:               fn.invokeName(),
		EventSourceArn:             from.stream,
		StartingPosition:           jsii.String("TRIM_HORIZON"),
		BatchSize:                  jsii.Number(streamBatch),
		FunctionResponseTypes:      jsii.Strings("ReportBatchItemFailures"),
		BisectBatchOnFunctionError: true,
		MaximumRetryAttempts:       jsii.Number(streamRetries),
		MaximumRecordAgeInSeconds:  jsii.Number(patience.Seconds()),
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: fn.failures.QueueArn()},
		},
	})
	mapping.Node().AddDependency(from.after)
}

// allowStream permits reading a DynamoDB stream. Lambda refuses a mapping
// whose role lacks one of the four; it accepts all of them on the stream alone.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
func allowStream(stream *string) awsiam.PolicyStatement {
	return allow(stream, "dynamodb:DescribeStream", "dynamodb:GetRecords",
		"dynamodb:GetShardIterator", "dynamodb:ListStreams")
}
