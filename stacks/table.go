package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"
)

// entities creates a table of entities: an item each, by a text that is its
// key, and a stream of the changes, from which what they announce is published.
func (s scope) entities(id, name, key string) awsdynamodb.Table {
	return s.table(id, awsdynamodb.TableProps{
		TableName:    jsii.String(name),
		PartitionKey: text(key),
		Stream:       awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES,
	})
}

// text is a key attribute that holds a text.
func text(name string) *awsdynamodb.Attribute {
	return &awsdynamodb.Attribute{Name: jsii.String(name), Type: awsdynamodb.AttributeType_STRING}
}

// table creates a table with the given shape, paid per request.
func (s scope) table(id string, shape awsdynamodb.TableProps) awsdynamodb.Table {
	shape.BillingMode = awsdynamodb.BillingMode_PAY_PER_REQUEST
	shape.RemovalPolicy = s.removal()
	if s.keepData() {
		// A rollback could not delete what is protected, and would fail.
		shape.RemovalPolicy = awscdk.RemovalPolicy_RETAIN
		shape.DeletionProtection = jsii.Bool(true)
		shape.PointInTimeRecoverySpecification = &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		}
	}
	table := awsdynamodb.NewTable(s.Construct, jsii.String(id), &shape)
	of := dimensions{"TableName": table.TableName()}
	s.watch.throttles = append(s.watch.throttles,
		called("reads of "+*shape.TableName, measure("AWS/DynamoDB", "ReadThrottleEvents", "Sum", of)),
		called("writes to "+*shape.TableName, measure("AWS/DynamoDB", "WriteThrottleEvents", "Sum", of)))
	return table
}
