package dynamodb_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/local/resource"
)

func TestTablesAreDescribed(t *testing.T) {
	w := newWorld(t)
	w.fill()
	out, err := w.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: aws.String("events")})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	if *d.TableArn != "arn:aws:dynamodb:us-east-1:000000000000:table/events" || d.TableStatus != "ACTIVE" || *d.ItemCount != 12 || *d.TableSizeBytes == 0 {
		t.Errorf("got %+v", d)
	}
	if d.BillingModeSummary.BillingMode != "PAY_PER_REQUEST" || len(d.GlobalSecondaryIndexes) != 2 || len(d.LocalSecondaryIndexes) != 1 || d.LatestStreamArn != nil {
		t.Errorf("got %+v", d)
	}
	if index := d.GlobalSecondaryIndexes[1]; *index.IndexName != "kind-keys" || index.Projection.ProjectionType != "KEYS_ONLY" || *index.ItemCount != 6 || index.IndexStatus != "ACTIVE" {
		t.Errorf("got index %+v", index)
	}
	backups, err := w.db.DescribeContinuousBackups(ctx, &sdk.DescribeContinuousBackupsInput{TableName: aws.String("events")})
	if err != nil || backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus != "DISABLED" {
		t.Errorf("DescribeContinuousBackups: %+v, %v", backups, err)
	}
	if _, err := w.db.GetItem(ctx, &sdk.GetItemInput{TableName: d.TableArn, Key: item{"pk": str("a"), "sk": num("1")}}); err != nil {
		t.Errorf("GetItem by the table's ARN: %v", err)
	}
}

func TestTablesAreListedInPages(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.createEvents()
	first, err := w.db.ListTables(ctx, &sdk.ListTablesInput{Limit: aws.Int32(1)})
	if err != nil || !reflect.DeepEqual(first.TableNames, []string{"events"}) {
		t.Fatalf("first page: %v, %v; want events", first, err)
	}
	second, err := w.db.ListTables(ctx, &sdk.ListTablesInput{ExclusiveStartTableName: first.LastEvaluatedTableName})
	if err != nil || !reflect.DeepEqual(second.TableNames, []string{"orders"}) || second.LastEvaluatedTableName != nil {
		t.Errorf("second page: %v, %v; want orders", second, err)
	}
}

func TestDeletedTablesAreGone(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	protect := func(on bool) {
		if _, err := w.db.UpdateTable(ctx, &sdk.UpdateTableInput{TableName: aws.String("orders"), DeletionProtectionEnabled: &on}); err != nil {
			t.Fatal(err)
		}
	}
	protect(true)
	_, err := w.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")})
	wantInvalid(t, "DeleteTable", err, "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	protect(false)
	if _, err := w.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("orders")}); err != nil {
		t.Fatal(err)
	}
	_, err = w.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: aws.String("orders")})
	if gone := wantError[*types.ResourceNotFoundException](t, "DescribeTable", err); gone != nil && gone.ErrorMessage() != "Requested resource not found: Table: orders not found" {
		t.Errorf("got %s", gone.ErrorMessage())
	}
	w.createOrders()
}

func TestInvalidTablesAreRefused(t *testing.T) {
	attr := func(name, kind string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeType(kind)}
	}
	key := func(name, kind string) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: types.KeyType(kind)}
	}
	id, hash := []types.AttributeDefinition{attr("id", "S")}, []types.KeySchemaElement{key("id", "HASH")}
	all := &types.Projection{ProjectionType: "ALL"}
	index := func(name string, p *types.Projection) []types.GlobalSecondaryIndex {
		return []types.GlobalSecondaryIndex{{IndexName: &name, KeySchema: hash, Projection: p}}
	}
	const bad = "One or more parameter values were invalid: "
	cases := []struct {
		in   sdk.CreateTableInput
		want string
	}{
		{sdk.CreateTableInput{TableName: aws.String("ab")}, "TableName must be at least 3 characters long and at most 255 characters long"},
		{sdk.CreateTableInput{TableName: aws.String("a b c")}, "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
		{sdk.CreateTableInput{AttributeDefinitions: []types.AttributeDefinition{attr("id", "BOOL")}}, "1 validation error detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"},
		{sdk.CreateTableInput{KeySchema: []types.KeySchemaElement{key("id", "RANGE")}}, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{sdk.CreateTableInput{KeySchema: []types.KeySchemaElement{key("id", "HASH"), key("id", "RANGE")}}, "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{sdk.CreateTableInput{KeySchema: []types.KeySchemaElement{key("no", "HASH")}}, bad + "Some index key attributes are not defined in AttributeDefinitions. Keys: [no], AttributeDefinitions: [id]"},
		{sdk.CreateTableInput{AttributeDefinitions: append(id, attr("x", "S"))}, bad + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"},
		{sdk.CreateTableInput{BillingMode: "PROVISIONED"}, bad + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{sdk.CreateTableInput{ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)}}, bad + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{sdk.CreateTableInput{StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "ALL"}}, "1 validation error detected: Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"},
		{sdk.CreateTableInput{GlobalSecondaryIndexes: index("xy", all)}, "1 validation error detected: Value 'xy' at 'indexName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{sdk.CreateTableInput{GlobalSecondaryIndexes: index("xyz", &types.Projection{})}, bad + "Unknown ProjectionType: null"},
		{sdk.CreateTableInput{GlobalSecondaryIndexes: index("xyz", &types.Projection{ProjectionType: "ALL", NonKeyAttributes: []string{"a"}})}, bad + "ProjectionType is ALL, but NonKeyAttributes is specified"},
		{sdk.CreateTableInput{GlobalSecondaryIndexes: append(index("xyz", all), index("xyz", all)...)}, bad + "Duplicate index name: xyz"},
		{sdk.CreateTableInput{LocalSecondaryIndexes: []types.LocalSecondaryIndex{{IndexName: aws.String("xyz"), KeySchema: hash, Projection: all}}}, bad + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"},
	}
	w := newWorld(t)
	for _, c := range cases {
		in := c.in
		if in.TableName == nil {
			in.TableName = aws.String("table")
		}
		if in.AttributeDefinitions == nil {
			in.AttributeDefinitions = id
		}
		if in.KeySchema == nil {
			in.KeySchema = hash
		}
		if in.BillingMode == "" {
			in.BillingMode = "PAY_PER_REQUEST"
		}
		_, err := w.db.CreateTable(ctx, &in)
		wantInvalid(t, "CreateTable", err, c.want)
	}
	w.createOrders()
	_, err := w.db.CreateTable(ctx, &sdk.CreateTableInput{TableName: aws.String("orders"), AttributeDefinitions: id, KeySchema: hash, BillingMode: "PAY_PER_REQUEST"})
	wantError[*types.ResourceInUseException](t, "creating a table twice", err)
}

func TestTimeToLiveSettings(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	update := func(name string, on bool) error {
		_, err := w.db.UpdateTimeToLive(ctx, &sdk.UpdateTimeToLiveInput{
			TableName: aws.String("orders"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &name, Enabled: &on},
		})
		return err
	}
	wantInvalid(t, "disabling", update("at", false), "TimeToLive is already disabled")
	if err := update("at", true); err != nil {
		t.Fatal(err)
	}
	wantInvalid(t, "enabling twice", update("at", true), "TimeToLive is already enabled")
	wantInvalid(t, "another attribute", update("x", true), "TimeToLive is active on a different AttributeName: current AttributeName is at")
	out, err := w.db.DescribeTimeToLive(ctx, &sdk.DescribeTimeToLiveInput{TableName: aws.String("orders")})
	if err != nil || out.TimeToLiveDescription.TimeToLiveStatus != "ENABLED" || *out.TimeToLiveDescription.AttributeName != "at" {
		t.Errorf("DescribeTimeToLive: %+v, %v", out, err)
	}
}

func TestTablesOfTemplates(t *testing.T) {
	w := newWorld(t)
	instance, err := w.createResource(`{
		"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}], "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
		"BillingMode":"PAY_PER_REQUEST", "TableName":"orders", "StreamSpecification":{"StreamViewType":"NEW_AND_OLD_IMAGES"},
		"TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}, "DeletionProtectionEnabled":false,
		"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}, "SSESpecification":{"SSEEnabled":true},
		"Tags":[{"Key":"k","Value":"v"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	want := resource.Instance{ID: "orders", Attributes: map[string]any{"Arn": *out.Table.TableArn, "StreamArn": *out.Table.LatestStreamArn}}
	if !reflect.DeepEqual(instance, want) {
		t.Errorf("got %v, want %v", instance, want)
	}
	tags, err := w.db.ListTagsOfResource(ctx, &sdk.ListTagsOfResourceInput{ResourceArn: out.Table.TableArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "v" {
		t.Errorf("ListTagsOfResource: %+v, %v", tags, err)
	}
	unnamed, err := w.createResource(`{"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"ProvisionedThroughput":{"ReadCapacityUnits":"5","WriteCapacityUnits":5}}`)
	if err != nil || !strings.HasPrefix(unnamed.ID, "Test-Table-") || unnamed.Attributes["StreamArn"] != nil {
		t.Errorf("a table without a name: got %v, %v", unnamed, err)
	}
}

func TestTemplatesWithUnsupportedTablesAreRefused(t *testing.T) {
	cases := []struct{ properties, want string }{
		{`{"KinesisStreamSpecification":{}}`, "KinesisStreamSpecification"},
		{`{"StreamSpecification":{"StreamViewType":"NEW_IMAGE","ResourcePolicy":{}}}`, "ResourcePolicy"},
		{`{"KeySchema":[{"AttributeName":"id","KeyType":"HASH","Extra":1}]}`, "Extra"},
		{`{"TimeToLiveSpecification":{"Enabled":true}}`, "AttributeName"},
		{`{"BillingMode":"PROVISIONED"}`, "ReadCapacityUnits"},
	}
	w := newWorld(t)
	for _, c := range cases {
		properties := strings.Replace(c.properties, "{", `{"BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`, 1)
		if !strings.Contains(c.properties, "KeySchema") {
			properties = strings.Replace(properties, "{", `{"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`, 1)
		}
		if strings.Contains(c.properties, "BillingMode") {
			properties = strings.Replace(properties, `"BillingMode":"PAY_PER_REQUEST",`, "", 1)
		}
		if _, err := w.createResource(properties); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error naming %s", c.properties, err, c.want)
		}
	}
}
