// Package dynamodb stands in for Amazon DynamoDB and DynamoDB Streams: the wire operations and the resource type
// AWS::DynamoDB::Table. What they do is in the packages below it: attribute (values), expression (the expression
// language), table (items and indexes) and stream (change logs).
//
// Operations, errors and limits are those of the Amazon DynamoDB API reference, version 2012-08-10
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html). The legacy parameters, PartiQL,
// backups, global tables, imports and exports are not supported and are refused by name.
//
// State is served from memory and kept in a store, from which New loads it: items, table definitions, streams and their
// records; not the tokens of transactions, which are forgotten after ten minutes anyway. Every change of an item passes
// through package table's commit, every change of a table's definition through registry's put and delete: they write to
// the store first, and then to memory.
//
// A table of a template is created under a name that is free, and taken up under its physical id after a restart: with
// the items and the stream that it had, and the settings that its definition says. An update changes it in place; items
// and indexes are another view of the same contents then, so that operations that began before are not lost. What
// CloudFormation refuses is refused in its words: more than one global index created or deleted at once, another key or
// projection of an index. Deleting the resource deletes its streams too, at once; DeleteTable leaves them readable for 24
// hours, as DynamoDB does.
package dynamodb
