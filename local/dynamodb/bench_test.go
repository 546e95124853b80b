package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// BenchmarkUpdateItem measures the engine's part of a conditional update: from the request's JSON to the answer's,
// authorization included, without HTTP.
func BenchmarkUpdateItem(b *testing.B) { benchmarkUpdate(b, store.Memory()) }

// BenchmarkUpdateKeptItem measures the same where items are kept in a folder.
func BenchmarkUpdateKeptItem(b *testing.B) { benchmarkUpdate(b, openStore(b, b.TempDir())) }

func benchmarkUpdate(b *testing.B, in *store.Store) {
	service, door := newService(b, in), doortest.NewDoor(b)
	for _, api := range service.API() {
		door.Register(api)
	}
	admin := iam.Principal{Kind: iam.Administrator, Account: doortest.Account}
	call := func(operation, input string) {
		var out json.RawMessage
		if err := door.Call(ctx, admin, "dynamodb", operation, json.RawMessage(input), &out); err != nil {
			b.Fatal(err)
		}
	}
	call("CreateTable", `{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`)
	call("PutItem", `{"TableName":"orders","Item":{"id":{"N":"1"},"amount":{"N":"100"},"status":{"S":"OrderCreated"},"history":{"L":[]}}}`)
	b.ReportAllocs()
	for b.Loop() {
		call("UpdateItem", `{"TableName":"orders","Key":{"id":{"N":"1"}},"ConditionExpression":"#s = :from",
			"UpdateExpression":"SET #s = :to, history[0] = :entry, outbox = :outbox ADD n :one",
			"ExpressionAttributeNames":{"#s":"status"},"ExpressionAttributeValues":{":from":{"S":"OrderCreated"},":to":{"S":"OrderCreated"},
			":entry":{"M":{"status":{"S":"OrderCreated"},"at":{"S":"2026-01-01T00:00:00.000Z"}}},":one":{"N":"1"},
			":outbox":{"M":{"eventId":{"S":"0b7e0d5e"},"detailType":{"S":"OrderCreated"},"detail":{"S":"{\"id\":1}"}}}}}`)
	}
}

// BenchmarkLoad measures the start on a folder with 100,000 orders and as many stream records.
func BenchmarkLoad(b *testing.B) {
	const orders, batch = 100_000, 25
	in := openStore(b, b.TempDir())
	service, door := newService(b, in), doortest.NewDoor(b)
	for _, api := range service.API() {
		door.Register(api)
	}
	call := func(operation, input string) {
		admin := iam.Principal{Kind: iam.Administrator, Account: doortest.Account}
		if err := door.Call(ctx, admin, "dynamodb", operation, json.RawMessage(input), new(json.RawMessage)); err != nil {
			b.Fatal(err)
		}
	}
	call("CreateTable", `{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`)
	for id := 0; id < orders; id += batch {
		var puts []string
		for n := range batch {
			puts = append(puts, fmt.Sprintf(`{"PutRequest":{"Item":{"id":{"N":"%d"},"amount":{"N":"100"},"status":{"S":"OrderCreated"},
				"createdAt":{"S":"2026-01-01T00:00:00.000Z"},"updatedAt":{"S":"2026-01-01T00:00:00.000Z"},
				"history":{"L":[{"M":{"status":{"S":"OrderCreated"},"at":{"S":"2026-01-01T00:00:00.000Z"}}}]},
				"outbox":{"M":{"eventId":{"S":"0b7e0d5e"},"detailType":{"S":"OrderCreated"},"detail":{"S":"{}"}}}}}}`, id+n))
		}
		call("BatchWriteItem", `{"RequestItems":{"orders":[`+strings.Join(puts, ",")+`]}}`)
	}
	for b.Loop() {
		newService(b, in)
	}
}
