package dynamodb_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

func (w *world) handler() resource.Type { return w.service.Resources()["AWS::DynamoDB::Table"] }

func tableDefinition(physicalID, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: "Table", Type: "AWS::DynamoDB::Table", PhysicalID: physicalID, Properties: []byte(properties), Stack: doortest.Stack(),
	}
}

func (w *world) createResource(properties string) (resource.Instance, error) {
	return w.handler().Create(ctx, tableDefinition("", properties))
}

// takeUp creates the resource again in a new process.
func (w *world) takeUp(physicalID, properties string) (resource.Instance, error) {
	return w.handler().Create(ctx, tableDefinition(physicalID, properties))
}

// update updates the table orders.
func (w *world) update(before, after string) (resource.Instance, error) {
	return w.handler().Update(ctx, tableDefinition("orders", before), tableDefinition("orders", after))
}

func (w *world) mustUpdate(before, after string) resource.Instance {
	w.Helper()
	instance, err := w.update(before, after)
	if err != nil {
		w.Fatalf("update to %s: %v", after, err)
	}
	return instance
}

func (w *world) mustCreate(properties string) resource.Instance {
	w.Helper()
	instance, err := w.createResource(properties)
	if err != nil {
		w.Fatalf("create %s: %v", properties, err)
	}
	return instance
}

// settings is all that is told of the table orders but its streams' names, as text.
func (w *world) settings() string {
	w.Helper()
	c := caller{w.T, w.door}
	var out strings.Builder
	for _, operation := range []string{"DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"} {
		out.WriteString(c.must("dynamodb", operation, `{"TableName":"orders"}`) + "\n")
	}
	out.WriteString(c.must("dynamodb", "ListTagsOfResource", `{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/orders"}`))
	return changing.ReplaceAllString(out.String(), "")
}

// changing is what differs from call to call, or from stream to stream.
var changing = regexp.MustCompile(`"(LatestStreamArn|LatestStreamLabel)":"[^"]*"|"LatestRestorableDateTime":[^,}]*`)

func TestTablesOfTakenNamesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(template(onlyID))
	_, err := w.createResource(template(onlyID))
	if want := "create table orders: ResourceInUseException: Table already exists: orders"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	another := tableDefinition("", template(onlyID))
	another.LogicalID = "Another"
	if _, err := w.handler().Create(ctx, another); err == nil {
		t.Error("another resource has the name of one that exists")
	}
}

func TestReplacementsHaveOtherNames(t *testing.T) {
	w := newWorld(t)
	properties := strings.Replace(template(onlyID), `"TableName":"orders",`, "", 1)
	first := w.mustCreate(properties)
	next := tableDefinition("", properties)
	next.Generation = 1
	second, err := w.handler().Create(ctx, next)
	if err != nil || second.ID == first.ID {
		t.Errorf("got %+v, %v; want another table than %s", second, err, first.ID)
	}
}

func TestTablesAreUpdatedAndBack(t *testing.T) {
	provisioned := strings.Replace(template(onlyID+`,"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":"6"}`), "PAY_PER_REQUEST", "PROVISIONED", 1)
	cases := map[string]struct{ before, after, want string }{
		"billing mode":      {"", provisioned, `"ReadCapacityUnits":5,"WriteCapacityUnits":6`},
		"throughput":        {provisioned, strings.Replace(provisioned, `"6"`, "7", 1), `"WriteCapacityUnits":7`},
		"stream":            {"", template(streamed), `"StreamViewType":"NEW_AND_OLD_IMAGES"`},
		"view type":         {template(streamed), template(onlyID + `,"StreamSpecification":{"StreamViewType":"KEYS_ONLY"}`), `"StreamViewType":"KEYS_ONLY"`},
		"time to live":      {"", template(onlyID + `,"TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}`), `"AttributeName":"at"`},
		"recovery":          {"", template(onlyID + `,"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}`), `"PointInTimeRecoveryStatus":"ENABLED"`},
		"encryption":        {"", template(onlyID + `,"SSESpecification":{"SSEEnabled":true,"SSEType":"KMS","KMSMasterKeyId":"mine"}`), `"KMSMasterKeyArn":"mine"`},
		"class":             {"", template(onlyID + `,"TableClass":"STANDARD_INFREQUENT_ACCESS"`), "STANDARD_INFREQUENT_ACCESS"},
		"protection":        {"", template(onlyID + `,"DeletionProtectionEnabled":"true"`), `"DeletionProtectionEnabled":true`},
		"tags":              {"", template(onlyID + `,"Tags":[{"Key":"k","Value":"v"}]`), `"Value":"v"`},
		"index":             {"", template(indexed), `"IndexName":"by-a"`},
		"nothing":           {template(indexed), template(indexed), `"IndexName":"by-a"`},
		"spelled otherwise": {template(indexed), strings.Replace(template(indexed), `"TableName":"orders",`, "", 1), `"IndexName":"by-a"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.before == "" {
				c.before = template(onlyID)
			}
			w := newWorld(t)
			w.mustCreate(c.before)
			w.set("orders", "1", "x")
			was := w.settings()
			updated := w.mustUpdate(c.before, c.after)
			if got := w.settings(); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant it to contain %s", got, c.want)
			}
			want := map[string]any{"Arn": "arn:aws:dynamodb:us-east-1:000000000000:table/orders"}
			if arn := w.streamARN("orders"); arn != "" {
				want["StreamArn"] = arn
			}
			if fmt.Sprint(updated.Attributes) != fmt.Sprint(want) || updated.ID != "orders" {
				t.Errorf("got %+v, want orders with %v", updated, want)
			}
			w.mustUpdate(c.after, c.before)
			if got := w.settings(); got != was {
				t.Errorf("after the way back there is\n%s\nwant\n%s", got, was)
			}
			if w.get("orders", item{"id": num("1")}) == nil {
				t.Error("the item is gone")
			}
		})
	}
}

// twoIndexes has the index of indexed and another one.
const twoIndexes = `"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"},{"AttributeName":"a","AttributeType":"S"}],
	"GlobalSecondaryIndexes":[{"IndexName":"by-a","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}},
		{"IndexName":"by-a-too","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]`

func TestRefusedUpdatesChangeNothing(t *testing.T) {
	const expiring = onlyID + `,"TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}`
	cases := map[string]struct{ before, after, want string }{
		"two indexes at once": {onlyID, twoIndexes, "Cannot perform more than one GSI creation or deletion in a single update"},
		"no index instead":    {twoIndexes, onlyID, "Cannot perform more than one GSI creation or deletion in a single update"},
		"an index by another": {indexed, strings.ReplaceAll(indexed, "by-a", "by-b"), "Cannot perform more than one GSI creation or deletion in a single update"},
		"another projection":  {indexed, strings.ReplaceAll(indexed, "ALL", "KEYS_ONLY"), "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name."},
		"another expiry":      {expiring, strings.ReplaceAll(expiring, `"at"`, `"x"`), "TimeToLive is active on a different AttributeName: current AttributeName is at"},
		"another key type":    {onlyID, strings.ReplaceAll(onlyID, `"N"`, `"S"`), "CloudFormation replaces a table when the type of a defined attribute changes"},
		"another index key":   {indexed, strings.ReplaceAll(indexed, `"S"`, `"B"`), "attribute a. Rename orders"},
		"unknown property":    {onlyID, onlyID + `,"KinesisStreamSpecification":{}`, "member KinesisStreamSpecification is not supported"},
		"half a stream":       {streamed, onlyID + `,"Tags":[{"Key":"k","Value":"v"}],"StreamSpecification":{}`, "Value null at 'streamSpecification.streamViewType'"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustCreate(template(c.before))
			was, stream := w.settings(), w.streamARN("orders")
			if _, err := w.update(template(c.before), template(c.after)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if got := w.settings(); got != was || w.streamARN("orders") != stream {
				t.Errorf("after the update there is\n%s\nwant\n%s", got, was)
			}
		})
	}
	if _, err := newWorld(t).update(template(onlyID), template(onlyID)); err == nil || !strings.Contains(err.Error(), "Requested resource not found: Table: orders not found") {
		t.Errorf("update of a table that is gone: got %v", err)
	}
}

func TestReplacedProperties(t *testing.T) {
	w := newWorld(t)
	for property, after := range map[string]string{
		"TableName":             strings.Replace(template(onlyID), "orders", "other", 1),
		"KeySchema":             strings.Replace(template(onlyID), `"id"`, `"no"`, 1),
		"LocalSecondaryIndexes": template(onlyID + `,"LocalSecondaryIndexes":[]`),
	} {
		got, err := w.handler().Replacing([]byte(template(onlyID)), []byte(after))
		if err != nil || len(got) != 1 || got[0] != property {
			t.Errorf("another %s: got %v, %v", property, got, err)
		}
	}
	if got, err := w.handler().Replacing([]byte(template(onlyID)), []byte(template(indexed))); err != nil || len(got) != 0 {
		t.Errorf("a new index: got %v, %v; want no replacement", got, err)
	}
}

func TestUpdatedStreamsAreOthers(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(template(streamed))
	first := w.streamARN("orders")
	w.set("orders", "1", "x")
	waiting := w.service.StreamChanged(first)
	w.mustUpdate(template(streamed), template(onlyID+`,"StreamSpecification":{"StreamViewType":"KEYS_ONLY"}`))
	select {
	case <-waiting:
	default:
		t.Error("who waits for the stream that has ended is not woken")
	}
	second := w.streamARN("orders")
	w.set("orders", "2", "x")
	if records, next := w.records(w.iterator(first, "TRIM_HORIZON", nil)); len(records) != 1 || next != nil {
		t.Errorf("the first stream has %d records and goes on at %v, want 1 and an end", len(records), next)
	}
	if records, next := w.records(w.iterator(second, "TRIM_HORIZON", nil)); second == first || len(records) != 1 || next == nil {
		t.Errorf("the stream %s after %s has %d records and goes on at %v, want another with 1 and no end", second, first, len(records), next)
	}
	w.mustUpdate(template(streamed), template(onlyID))
	if got := w.streamARN("orders"); got != "" {
		t.Errorf("the stream is %s, want none", got)
	}
}

func TestUpdatedTablesLast(t *testing.T) {
	dir, before := firstRun(t, template(streamed))
	before.set("orders", "1", "x")
	after := template(indexed + `,"StreamSpecification":{"StreamViewType":"KEYS_ONLY"},"Tags":[{"Key":"k","Value":"v"}]`)
	before.mustUpdate(template(streamed), after)
	before.set("orders", "2", "x")
	want, arn := before.settings(), before.streamARN("orders")
	next := before.restart(dir, after)
	if got := next.settings(); got != want || next.streamARN("orders") != arn {
		t.Errorf("after the restart there is\n%s\nwant\n%s", got, want)
	}
	if got := *next.describe("orders").GlobalSecondaryIndexes[0].ItemCount; got != 2 {
		t.Errorf("the index has %d items, want 2", got)
	}
	if got := next.describe("orders").StreamSpecification.StreamViewType; got != types.StreamViewTypeKeysOnly {
		t.Errorf("the view type is %s, want KEYS_ONLY", got)
	}
}
