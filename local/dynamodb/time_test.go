package dynamodb_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/dynamodb"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// caller calls operations within the process, so that tests can control the clock.
type caller struct {
	*testing.T
	door *frontdoor.Door
}

func newCaller(t *testing.T) (*dynamodb.Service, caller) {
	service, c := newCallerOn(t, store.Memory())
	c.createSessions()
	return service, c
}

// newCallerOn calls a service that has what the store has.
func newCallerOn(t *testing.T, in *store.Store) (*dynamodb.Service, caller) {
	service, c := newService(t, in), caller{t, doortest.NewDoor(t)}
	for _, api := range service.API() {
		c.door.Register(api)
	}
	return service, c
}

// createSessions creates a table with partition key id (S) and a stream of old images.
func (c caller) createSessions() {
	c.Helper()
	c.must("dynamodb", "CreateTable", `{"TableName":"sessions","BillingMode":"PAY_PER_REQUEST",
		"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
		"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"}}`)
}

func (c caller) call(service, operation, input string) (string, error) {
	var out json.RawMessage
	err := c.door.Call(context.Background(), iam.Principal{Kind: iam.Administrator, Account: doortest.Account}, service, operation, json.RawMessage(input), &out)
	return string(out), err
}

func (c caller) must(service, operation, input string) string {
	c.Helper()
	out, err := c.call(service, operation, input)
	if err != nil {
		c.Fatalf("%s: %v", operation, err)
	}
	return out
}

// iterator returns an iterator at the oldest record of the only stream.
func (c caller) iterator() string {
	c.Helper()
	var streams struct{ Streams []struct{ StreamArn string } }
	c.decode(c.must("dynamodbstreams", "ListStreams", `{}`), &streams)
	return c.iteratorOf(streams.Streams[0].StreamArn)
}

// iteratorOf returns an iterator at the oldest record of a stream.
func (c caller) iteratorOf(arn string) string {
	c.Helper()
	var described struct {
		StreamDescription struct{ Shards []struct{ ShardId string } }
	}
	c.decode(c.must("dynamodbstreams", "DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, arn)), &described)
	var out struct{ ShardIterator string }
	c.decode(c.must("dynamodbstreams", "GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":"TRIM_HORIZON"}`,
		arn, described.StreamDescription.Shards[0].ShardId)), &out)
	return out.ShardIterator
}

func (c caller) decode(text string, into any) {
	c.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		c.Fatal(err)
	}
}

func TestExpiredItemsAreDeletedByTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, c := newCaller(t)
		running, stop := context.WithCancel(context.Background())
		defer stop()
		go service.Run(running)
		c.must("dynamodb", "UpdateTimeToLive", `{"TableName":"sessions","TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}}`)
		now := time.Now()
		for id, expiry := range map[string]string{
			"soon": fmt.Sprintf(`{"N":"%d"}`, now.Add(time.Minute).Unix()), "later": fmt.Sprintf(`{"N":"%d.5"}`, now.Add(time.Hour).Unix()),
			"text": fmt.Sprintf(`{"S":"%d"}`, now.Unix()), "ancient": `{"N":"1"}`,
		} {
			c.must("dynamodb", "PutItem", fmt.Sprintf(`{"TableName":"sessions","Item":{"id":{"S":%q},"at":%s}}`, id, expiry))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		scan := c.must("dynamodb", "Scan", `{"TableName":"sessions"}`)
		if !strings.Contains(scan, `"Count":3`) || strings.Contains(scan, "soon") {
			t.Errorf("after the expiry of one item: %s", scan)
		}
		records := c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator()))
		if !strings.Contains(records, `"eventName":"REMOVE"`) || !strings.Contains(records, `"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}`) {
			t.Errorf("the deletion is not recorded as the service's: %s", records)
		}
	})
}

func TestRecordsAreTrimmedAndIteratorsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := newCaller(t)
		put := func(id string) {
			c.must("dynamodb", "PutItem", fmt.Sprintf(`{"TableName":"sessions","Item":{"id":{"S":%q}}}`, id))
		}
		put("a")
		read := fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator())
		time.Sleep(16 * time.Minute)
		if _, err := c.call("dynamodbstreams", "GetRecords", read); frontdoor.Code(err) != "ExpiredIteratorException" {
			t.Errorf("after 16 minutes: got %v, want ExpiredIteratorException", err)
		}
		time.Sleep(23*time.Hour + 30*time.Minute)
		put("b")
		read = fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator())
		time.Sleep(14*time.Minute + 30*time.Second)
		if _, err := c.call("dynamodbstreams", "GetRecords", read); frontdoor.Code(err) != "TrimmedDataAccessException" {
			t.Errorf("after 24 hours: got %v, want TrimmedDataAccessException", err)
		}
		left := c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator()))
		if strings.Count(left, "eventID") != 1 || !strings.Contains(left, `{"S":"b"}`) {
			t.Errorf("after 24 hours the stream holds %s, want b only", left)
		}
	})
}

func TestTransactionTokensAreForgottenAfterTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := newCaller(t)
		const add = `{"ClientRequestToken":"t","TransactItems":[{"Update":{"TableName":"sessions","Key":{"id":{"S":"a"}},
			"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}`
		for _, wait := range []time.Duration{9 * time.Minute, 2 * time.Minute, 0} {
			c.must("dynamodb", "TransactWriteItems", add)
			time.Sleep(wait)
		}
		if got := c.must("dynamodb", "GetItem", `{"TableName":"sessions","Key":{"id":{"S":"a"}}}`); !strings.Contains(got, `"n":{"N":"2"}`) {
			t.Errorf("got %s, want n to be 2", got)
		}
	})
}
