package dynamodb

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Service is DynamoDB for one account and Region. It is safe for concurrent use.
type Service struct {
	store  *store.Store
	log    *slog.Logger
	tables *registry
	tokens *tokens
}

// Config is what the service needs.
type Config struct {
	Account, Region string
	Store           *store.Store // of tables, items and stream records
	Log             *slog.Logger // of what fails in the background
}

// New returns DynamoDB with the tables and streams that the store has. It fails if they can't be read.
func New(c Config) (*Service, error) {
	tables := newRegistry(c.Account, c.Region, c.Store)
	if err := tables.load(); err != nil {
		return nil, fmt.Errorf("load the tables of DynamoDB: %w", err)
	}
	return &Service{store: c.Store, log: c.Log, tables: tables, tokens: newTokens()}, nil
}

// sweepInterval is how often expired items are looked for. DynamoDB promises "within a few days".
const sweepInterval = 30 * time.Second

// Run deletes expired items of tables with Time to Live, and old stream records from the store, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if err := s.tables.sweep(now); err != nil {
				s.log.Error("cleaning up DynamoDB", "error", err)
			}
		}
	}
}

// StreamChanged returns a channel that is closed when the stream's next record is written, or when the stream is
// disabled; at once if there is no such stream. Take the channel first and call GetRecords then, so that nothing is
// missed.
func (s *Service) StreamChanged(streamARN string) <-chan struct{} {
	log, err := s.tables.stream(streamARN)
	if err != nil {
		none := make(chan struct{})
		close(none)
		return none
	}
	return log.Changed()
}

// API returns the operations of DynamoDB and of DynamoDB Streams.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{
		{
			Name: "dynamodb", Protocol: frontdoor.JSON10, TargetPrefix: "DynamoDB_20120810", CRC32: true,
			InvalidCode: "SerializationException",
			Operations:  append(s.itemOperations(), s.tableOperations()...),
		},
		{
			Name: "dynamodbstreams", SigningName: "dynamodb", Protocol: frontdoor.JSON10,
			TargetPrefix: "DynamoDBStreams_20120810", CRC32: true, InvalidCode: "SerializationException",
			Operations: s.streamOperations(),
		},
	}
}

func (s *Service) itemOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		operation("GetItem", s.getItemAccess, s.getItem),
		operation("PutItem", s.putItemAccess, s.putItem),
		operation("UpdateItem", s.updateItemAccess, s.updateItem),
		operation("DeleteItem", s.deleteItemAccess, s.deleteItem),
		operation("Query", s.queryAccess, s.query),
		operation("Scan", s.scanAccess, s.scan),
		operation("BatchGetItem", s.batchGetAccess, s.batchGet),
		operation("BatchWriteItem", s.batchWriteAccess, s.batchWrite),
		operation("TransactGetItems", s.transactGetAccess, s.transactGet),
		operation("TransactWriteItems", s.transactWriteAccess, s.transactWrite),
	}
}

func (s *Service) tableOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		operation("CreateTable", onTable[createTableInput](s, "dynamodb:CreateTable"), s.createTable),
		operation("DeleteTable", onTable[tableInput](s, "dynamodb:DeleteTable"), s.deleteTable),
		operation("DescribeTable", onTable[tableInput](s, "dynamodb:DescribeTable"), s.describeTable),
		operation("ListTables", onAnything[listTablesInput]("dynamodb:ListTables"), s.listTables),
		operation("UpdateTable", onTable[updateTableInput](s, "dynamodb:UpdateTable"), s.updateTable),
		operation("UpdateTimeToLive", onTable[updateTTLInput](s, "dynamodb:UpdateTimeToLive"), s.updateTTL),
		operation("DescribeTimeToLive", onTable[tableInput](s, "dynamodb:DescribeTimeToLive"), s.describeTTL),
		operation("DescribeContinuousBackups", onTable[tableInput](s, "dynamodb:DescribeContinuousBackups"), s.describeBackups),
		operation("ListTagsOfResource", s.listTagsAccess, s.listTags),
	}
}

func (s *Service) streamOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		operation("ListStreams", onAnything[listStreamsInput]("dynamodb:ListStreams"), s.listStreams),
		operation("DescribeStream", onStream[describeStreamInput]("dynamodb:DescribeStream"), s.describeStream),
		operation("GetShardIterator", onStream[shardIteratorInput]("dynamodb:GetShardIterator"), s.getShardIterator),
		operation("GetRecords", onStream[getRecordsInput]("dynamodb:GetRecords"), s.getRecords),
	}
}

// operation is a frontdoor operation whose errors are translated into those of the API.
func operation[In, Out any](name string, access func(context.Context, *In) ([]iam.Access, error), do func(context.Context, *In) (*Out, error)) frontdoor.Operation {
	return frontdoor.Op(name,
		func(ctx context.Context, in *In) ([]iam.Access, error) {
			accesses, err := access(ctx, in)
			return accesses, toAPI(err)
		},
		func(ctx context.Context, in *In) (*Out, error) {
			out, err := do(ctx, in)
			return out, toAPI(err)
		})
}
