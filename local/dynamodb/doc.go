// Package dynamodb stands in for Amazon DynamoDB and DynamoDB Streams: the wire operations and the resource type
// AWS::DynamoDB::Table. What they do is in the packages below it: attribute (values), expression (the expression
// language), table (items and indexes) and stream (change logs).
//
// Operations, errors and limits are those of the Amazon DynamoDB API reference, version 2012-08-10
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html). The legacy parameters, PartiQL,
// backups, global tables, imports and exports are not supported and are refused by name.
//
// State is kept in memory. Every change of an item passes through table.Table's commit, every change of a table's
// definition through the methods of registry.
package dynamodb
