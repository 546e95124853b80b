package dynamodb_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// fill puts events into partitions a and b with sort keys -1 to 4; odd ones have a kind.
func (w *world) fill() {
	w.Helper()
	w.createEvents()
	for _, pk := range []string{"a", "b"} {
		for sk := -1; sk < 5; sk++ {
			i := item{"pk": str(pk), "sk": num(strconv.Itoa(sk)), "text": str(fmt.Sprint(pk, sk))}
			if sk%2 != 0 {
				i["kind"] = str("odd")
			}
			w.put("events", i)
		}
	}
}

// sortKeys lists the sort keys of items.
func sortKeys(items []map[string]types.AttributeValue) string {
	keys := make([]string, len(items))
	for i, it := range items {
		keys[i] = it["sk"].(*types.AttributeValueMemberN).Value
	}
	return strings.Join(keys, " ")
}

func TestQueriesAreInKeyOrder(t *testing.T) {
	w := newWorld(t)
	w.fill()
	cases := []struct {
		condition string
		backward  bool
		want      string
	}{
		{"pk = :a", false, "-1 0 1 2 3 4"},
		{"pk = :a", true, "4 3 2 1 0 -1"},
		{"pk = :a AND sk = :1", false, "1"},
		{"pk = :a AND sk < :1", false, "-1 0"},
		{"pk = :a AND sk < :1", true, "0 -1"},
		{"pk = :a AND sk <= :1", true, "1 0 -1"},
		{"pk = :a AND sk > :1", false, "2 3 4"},
		{"pk = :a AND sk > :1", true, "4 3 2"},
		{"pk = :a AND sk >= :1", false, "1 2 3 4"},
		{"pk = :a AND sk BETWEEN :1 AND :3", false, "1 2 3"},
		{"pk = :a AND :3 < sk", false, "4"},
		{"pk = :none", false, ""},
	}
	all := item{":a": str("a"), ":none": str("none"), ":1": num("1"), ":3": num("3.0")}
	for _, c := range cases {
		values := item{}
		for name, v := range all {
			if strings.Contains(c.condition, name) {
				values[name] = v
			}
		}
		out, err := w.db.Query(ctx, &sdk.QueryInput{
			TableName: aws.String("events"), KeyConditionExpression: &c.condition, ExpressionAttributeValues: values,
			ScanIndexForward: aws.Bool(!c.backward),
		})
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if got := sortKeys(out.Items); got != c.want {
			t.Errorf("%s (backward %v): got %s, want %s", c.condition, c.backward, got, c.want)
		}
	}
}

func TestBeginsWithOnSortKeys(t *testing.T) {
	w := newWorld(t)
	w.create(&sdk.CreateTableInput{
		TableName: aws.String("names"),
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "B"},
		},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}, {AttributeName: aws.String("sk"), KeyType: "RANGE"}},
	})
	for _, sk := range []string{"a", "a\xff", "a\xff\xff", "a\xffb", "b"} {
		w.put("names", item{"pk": str("x"), "sk": &types.AttributeValueMemberB{Value: []byte(sk)}})
	}
	for prefix, want := range map[string]int32{"a": 4, "a\xff": 3, "a\xff\xff": 1, "\xff": 0, "b": 1} {
		out, err := w.db.Query(ctx, &sdk.QueryInput{
			TableName: aws.String("names"), KeyConditionExpression: aws.String("pk = :p AND begins_with(sk, :b)"),
			ExpressionAttributeValues: item{":p": str("x"), ":b": &types.AttributeValueMemberB{Value: []byte(prefix)}}, Select: "COUNT",
		})
		if err != nil || out.Count != want || out.Items != nil {
			t.Errorf("begins_with %q: got %v, %v; want a count of %d without items", prefix, out, err, want)
		}
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	w := newWorld(t)
	w.fill()
	for _, index := range []string{"", "by-kind", "kind-keys"} {
		for _, backward := range []bool{false, true} {
			in := &sdk.QueryInput{
				TableName: aws.String("events"), Limit: aws.Int32(2), ScanIndexForward: aws.Bool(!backward),
				KeyConditionExpression: aws.String("pk = :v"), ExpressionAttributeValues: item{":v": str("a")},
			}
			if index != "" {
				in.IndexName, in.KeyConditionExpression = &index, aws.String("kind = :v")
				in.ExpressionAttributeValues = item{":v": str("odd")}
			}
			pages, total := 0, 0
			for paginator := sdk.NewQueryPaginator(w.db, in); paginator.HasMorePages(); pages++ {
				out, err := paginator.NextPage(ctx)
				if err != nil {
					t.Fatalf("page %d of %q: %v", pages, index, err)
				}
				total += len(out.Items)
			}
			if total != 6 || pages != 4 {
				t.Errorf("index %q, backward %v: %d items on %d pages, want 6 on 4", index, backward, total, pages)
			}
		}
	}
}

func TestIndexesAreSparseAndProject(t *testing.T) {
	w := newWorld(t)
	w.fill()
	query := func(index string, change func(*sdk.QueryInput)) (*sdk.QueryOutput, error) {
		in := &sdk.QueryInput{
			TableName: aws.String("events"), IndexName: &index, KeyConditionExpression: aws.String("kind = :k"),
			ExpressionAttributeValues: item{":k": str("odd")},
		}
		change(in)
		return w.db.Query(ctx, in)
	}
	out, err := query("by-kind", func(*sdk.QueryInput) {})
	if err != nil || sortKeys(out.Items) != "-1 -1 1 1 3 3" || out.Items[0]["text"] == nil {
		t.Errorf("by-kind: got %v, %v; want the odd events of both partitions with their text", out, err)
	}
	out, err = query("kind-keys", func(*sdk.QueryInput) {})
	if err != nil || len(out.Items) != 6 || out.Items[0]["text"] != nil || len(out.Items[0]) != 3 {
		t.Errorf("kind-keys: got %v, %v; want 6 items of keys only", out, err)
	}
	_, err = query("kind-keys", func(in *sdk.QueryInput) { in.Select = "ALL_ATTRIBUTES" })
	wantInvalid(t, "ALL_ATTRIBUTES", err, "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index kind-keys because its projection type is not ALL")
	_, err = query("by-kind", func(in *sdk.QueryInput) { in.ConsistentRead = aws.Bool(true) })
	wantInvalid(t, "ConsistentRead", err, "Consistent reads are not supported on global secondary indexes")
	local := func(in *sdk.QueryInput) {
		in.KeyConditionExpression = aws.String("pk = :a AND kind = :k")
		in.ExpressionAttributeValues = item{":a": str("a"), ":k": str("odd")}
		in.ConsistentRead, in.ProjectionExpression = aws.Bool(true), aws.String("sk, #t")
		in.ExpressionAttributeNames = map[string]string{"#t": "text"}
	}
	out, err = query("local-kind", local)
	if err != nil || len(out.Items) != 3 || out.Items[0]["text"] == nil {
		t.Errorf("local-kind: got %v, %v; want 3 items with their text from the table", out, err)
	}
	update := &sdk.UpdateItemInput{TableName: aws.String("events"), Key: item{"pk": str("a"), "sk": num("1")}, UpdateExpression: aws.String("REMOVE kind")}
	if _, err := w.db.UpdateItem(ctx, update); err != nil {
		t.Fatal(err)
	}
	if out, err = query("by-kind", func(*sdk.QueryInput) {}); err != nil || sortKeys(out.Items) != "-1 -1 1 3 3" {
		t.Errorf("by-kind after an item lost its kind: got %v, %v", out, err)
	}
}

func TestFiltersApplyAfterTheLimit(t *testing.T) {
	w := newWorld(t)
	w.fill()
	out, err := w.db.Query(ctx, &sdk.QueryInput{
		TableName: aws.String("events"), KeyConditionExpression: aws.String("pk = :a"), Limit: aws.Int32(3),
		FilterExpression: aws.String("attribute_exists(kind)"), ExpressionAttributeValues: item{":a": str("a")},
	})
	if err != nil || sortKeys(out.Items) != "-1 1" || out.Count != 2 || out.ScannedCount != 3 || out.LastEvaluatedKey == nil {
		t.Errorf("got %+v, %v; want items -1 and 1, 3 scanned, and more to come", out, err)
	}
}

func TestInvalidQueriesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.fill()
	a, one := str("a"), num("1")
	cases := []struct {
		condition string
		values    item
		change    func(*sdk.QueryInput)
		want      string
	}{
		{"sk = :v", item{":v": one}, nil, "Query condition missed key schema element: pk"},
		{"pk = :v AND other1 = :v", item{":v": a}, nil, "Query condition missed key schema element: sk"},
		{"pk > :v", item{":v": a}, nil, "Query key condition not supported"},
		{"pk = :v", item{":v": one}, nil, "One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"pk = :v", item{":v": str("")}, nil, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
		{"pk = :v OR sk = :v", item{":v": a}, nil, "Invalid operator used in KeyConditionExpression: OR"},
		{"pk = :v", item{":v": a}, func(in *sdk.QueryInput) { in.IndexName = aws.String("nope") }, "The table does not have the specified index: nope"},
		{"pk = :v", item{":v": a}, func(in *sdk.QueryInput) { in.FilterExpression = aws.String("sk = :v") }, "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"},
		{"pk = :v", item{":v": a}, func(in *sdk.QueryInput) { in.Limit = aws.Int32(0) }, "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"pk = :v", item{":v": a}, func(in *sdk.QueryInput) { in.ExclusiveStartKey = item{"pk": a} }, "The provided starting key is invalid: The provided key element does not match the schema"},
		{"pk = :v", item{":v": a}, func(in *sdk.QueryInput) { in.ExclusiveStartKey = item{"pk": str("b"), "sk": one} }, "The provided starting key is outside query boundaries based on provided conditions"},
		{"pk = :v AND sk > :w", item{":v": a, ":w": num("3")}, func(in *sdk.QueryInput) { in.ExclusiveStartKey = item{"pk": a, "sk": one} }, "The provided starting key does not match the range key predicate"},
	}
	for _, c := range cases {
		in := &sdk.QueryInput{TableName: aws.String("events"), KeyConditionExpression: &c.condition, ExpressionAttributeValues: c.values}
		if c.change != nil {
			c.change(in)
		}
		_, err := w.db.Query(ctx, in)
		wantInvalid(t, c.condition, err, c.want)
	}
	_, err := w.db.Query(ctx, &sdk.QueryInput{TableName: aws.String("events")})
	wantInvalid(t, "no condition", err, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
}

func TestPagesEndAtOneMegabyte(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	for i := range 5 {
		w.put("orders", item{"id": num(strconv.Itoa(i)), "a": str(strings.Repeat("x", 300<<10))})
	}
	first, err := w.db.Scan(ctx, &sdk.ScanInput{TableName: aws.String("orders")})
	if err != nil || first.Count != 4 || first.LastEvaluatedKey == nil {
		t.Fatalf("the first page has %d items (%v), want 4 and more to come", first.Count, err)
	}
	second, err := w.db.Scan(ctx, &sdk.ScanInput{TableName: aws.String("orders"), ExclusiveStartKey: first.LastEvaluatedKey})
	if err != nil || second.Count != 1 || second.LastEvaluatedKey != nil {
		t.Errorf("the second page has %d items (%v), want the last one", second.Count, err)
	}
}

func TestScansMeetEveryItemOnceInAStableOrder(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	for i := range 100 {
		w.put("orders", item{"id": num(strconv.Itoa(i))})
	}
	whole := w.scanIDs(&sdk.ScanInput{Limit: aws.Int32(7)})
	if again := w.scanIDs(&sdk.ScanInput{}); !slices.Equal(whole, again) {
		t.Errorf("two scans differ: %v and %v", whole, again)
	}
	var parts []string
	for segment := range int32(3) {
		part := w.scanIDs(&sdk.ScanInput{Segment: aws.Int32(segment), TotalSegments: aws.Int32(3), Limit: aws.Int32(10)})
		if len(part) == 0 {
			t.Errorf("segment %d is empty", segment)
		}
		parts = append(parts, part...)
	}
	if !slices.Equal(whole, parts) {
		t.Errorf("the segments give %v, the whole scan %v", parts, whole)
	}
	slices.Sort(whole)
	if len(slices.Compact(whole)) != 100 {
		t.Errorf("the scan met %d different items, want 100", len(slices.Compact(whole)))
	}
}

func (w *world) scanIDs(in *sdk.ScanInput) []string {
	w.Helper()
	in.TableName = aws.String("orders")
	var ids []string
	for paginator := sdk.NewScanPaginator(w.db, in); paginator.HasMorePages(); {
		out, err := paginator.NextPage(ctx)
		if err != nil {
			w.Fatalf("Scan: %v", err)
		}
		for _, i := range out.Items {
			ids = append(ids, i["id"].(*types.AttributeValueMemberN).Value)
		}
	}
	return ids
}

func TestInvalidScansAreRefused(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	cases := []struct {
		in   sdk.ScanInput
		want string
	}{
		{sdk.ScanInput{Segment: aws.Int32(0)}, "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
		{sdk.ScanInput{TotalSegments: aws.Int32(2)}, "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"},
		{sdk.ScanInput{Segment: aws.Int32(2), TotalSegments: aws.Int32(2)}, "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2"},
		{sdk.ScanInput{ExclusiveStartKey: item{"x": num("1")}}, "The provided starting key is invalid: The provided key element does not match the schema"},
		{sdk.ScanInput{FilterExpression: aws.String("status = a")}, "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status"},
		{sdk.ScanInput{Select: "SPECIFIC_ATTRIBUTES"}, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
	}
	for _, c := range cases {
		c.in.TableName = aws.String("orders")
		_, err := w.db.Scan(ctx, &c.in)
		wantInvalid(t, "Scan", err, c.want)
	}
}
