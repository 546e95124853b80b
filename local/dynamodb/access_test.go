package dynamodb_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/smithy-go"

	"eda-demo/local/frontdoor/doortest"
)

const tableARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"

// allow is a policy that allows actions on resources.
func allow(actions, resources, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["` + strings.ReplaceAll(actions, " ", `","`) +
		`"],"Resource":["` + strings.ReplaceAll(resources, " ", `","`) + `"]` + condition + `}]}`
}

func (w *world) as(role, policy string) *sdk.Client {
	return sdk.NewFromConfig(doortest.AsRole(w, w.door, w.config, role, policy))
}

func wantDenied(t *testing.T, what string, err error, action, resource string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "AccessDeniedException" || !strings.Contains(api.ErrorMessage(), action+" on resource: "+resource) {
		t.Errorf("%s: got %v, want AccessDeniedException for %s on %s", what, err, action, resource)
	}
}

func TestEachOperationNeedsItsPermission(t *testing.T) {
	w := newWorld(t)
	w.fill()
	w.createOrders()
	db := w.as("reader", allow("dynamodb:GetItem dynamodb:Query", tableARN+"events "+tableARN+"events/index/by-kind", ""))
	key := item{"pk": str("a"), "sk": num("1")}
	if _, err := db.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("events"), Key: key}); err != nil {
		t.Errorf("an allowed GetItem: %v", err)
	}
	query := &sdk.QueryInput{
		TableName: aws.String("events"), IndexName: aws.String("by-kind"), KeyConditionExpression: aws.String("kind = :k"),
		ExpressionAttributeValues: item{":k": str("odd")},
	}
	if _, err := db.Query(ctx, query); err != nil {
		t.Errorf("an allowed Query: %v", err)
	}
	query.IndexName = aws.String("kind-keys")
	_, err := db.Query(ctx, query)
	wantDenied(t, "Query of another index", err, "dynamodb:Query", tableARN+"events/index/kind-keys")
	_, err = db.PutItem(ctx, &sdk.PutItemInput{TableName: aws.String("events"), Item: key})
	wantDenied(t, "PutItem", err, "dynamodb:PutItem", tableARN+"events")
	_, err = db.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("orders"), Key: item{"id": num("1")}})
	wantDenied(t, "GetItem from another table", err, "dynamodb:GetItem", tableARN+"orders")
	_, err = db.TransactWriteItems(ctx, transaction("t", increment("1")))
	wantDenied(t, "TransactWriteItems", err, "dynamodb:UpdateItem", tableARN+"orders")
	_, err = db.Scan(ctx, &sdk.ScanInput{TableName: aws.String("events")})
	wantDenied(t, "Scan", err, "dynamodb:Scan", tableARN+"events")
	_, err = db.ListTables(ctx, &sdk.ListTablesInput{})
	wantDenied(t, "ListTables", err, "dynamodb:ListTables", "*")
	_, err = db.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"orders": {{DeleteRequest: &types.DeleteRequest{Key: item{"id": num("1")}}}}}})
	wantDenied(t, "BatchWriteItem", err, "dynamodb:BatchWriteItem", tableARN+"orders")
}

func TestLeadingKeysRestrictItems(t *testing.T) {
	w := newWorld(t)
	w.fill()
	db := w.as("tenant", allow("dynamodb:*", tableARN+"events", `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a"]}}`))
	for _, pk := range []string{"a", "b"} {
		key := item{"pk": str(pk), "sk": num("1")}
		_, getErr := db.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("events"), Key: key})
		_, queryErr := db.Query(ctx, &sdk.QueryInput{
			TableName: aws.String("events"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str(pk)},
		})
		if pk == "a" {
			if getErr != nil || queryErr != nil {
				t.Errorf("the own partition: %v, %v", getErr, queryErr)
			}
			continue
		}
		wantDenied(t, "GetItem", getErr, "dynamodb:GetItem", tableARN+"events")
		wantDenied(t, "Query", queryErr, "dynamodb:Query", tableARN+"events")
	}
}

func TestStreamsNeedTheirPermission(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	arn := w.streamARN("orders")
	config := doortest.AsRole(w, w.door, w.config, "streamer", allow("dynamodb:DescribeStream", arn, ""))
	streams := dynamodbstreams.NewFromConfig(config)
	if _, err := streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &arn}); err != nil {
		t.Errorf("an allowed DescribeStream: %v", err)
	}
	_, err := streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: w.iterator(arn, "LATEST", nil)})
	wantDenied(t, "GetRecords", err, "dynamodb:GetRecords", arn)
}

func TestMalformedRequestsAreAnswered(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	cases := []struct{ body, want string }{
		{`{`, "SerializationException"},
		{`{"TableName":1}`, "SerializationException"},
		{`{"TableName":"orders","Item":[]}`, "SerializationException"},
		{`{"TableName":"orders","Item":{"id":{"N":1}}}`, "SerializationException"},
		{`{"TableName":"orders","Item":{"id":{"N":"1"}},"Bogus":1}`, "Bogus"},
		{`{"TableName":"orders","Item":{"id":{"N":"one"}}}`, "ValidationException"},
		{`{"TableName":"orders","Item":null}`, "ValidationException"},
		{`{"Item":{"id":{"N":"1"}}}`, "ValidationException"},
		{``, "ValidationException"},
	}
	for _, c := range cases {
		request, err := http.NewRequest(http.MethodPost, *w.config.BaseEndpoint, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=admin/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer := new(strings.Builder)
		if _, err := copyBody(answer, response); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != 400 || !strings.Contains(answer.String(), c.want) || response.Header.Get("X-Amz-Crc32") == "" {
			t.Errorf("%s: got %d %s (checksum %q), want 400 with %s", c.body, response.StatusCode, answer, response.Header.Get("X-Amz-Crc32"), c.want)
		}
	}
}
