package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/iam"
)

// readInput is what Query and Scan have in common.
type readInput struct {
	TableName                 string
	IndexName                 string
	ConsistentRead            bool
	ExclusiveStartKey         attributes
	Limit                     *int
	Select                    string
	FilterExpression          *string
	ProjectionExpression      *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues attributes
	ReturnConsumedCapacity    string
	legacy

	parsed *parsed // set by prepare
}

type queryInput struct {
	KeyConditionExpression *string
	ScanIndexForward       *bool
	readInput
}

type scanInput struct {
	Segment       *int
	TotalSegments *int
	readInput
}

type readOutput struct {
	Items            *[]attribute.Map `json:",omitempty"`
	Count            int
	ScannedCount     int
	LastEvaluatedKey attribute.Map `json:",omitzero"`
	ConsumedCapacity *consumed     `json:",omitempty"`
}

// queryAccess parses the request already here, since the partition key is a condition key.
func (s *Service) queryAccess(_ context.Context, in *queryInput) ([]iam.Access, error) {
	if err := in.prepare(in.KeyConditionExpression, "KeyConditionExpression", "FilterExpression"); err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, invalid.Errorf("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	access := s.onIndex("dynamodb:Query", in.TableName, in.IndexName)
	for _, term := range in.parsed.keyCondition {
		if term.Operator == "=" && s.isPartitionKey(in.TableName, in.IndexName, term.Attribute) {
			access.Keys["dynamodb:LeadingKeys"] = []string{text(term.Values[0])}
		}
	}
	return []iam.Access{access}, nil
}

func (s *Service) isPartitionKey(tableName, index, name string) bool {
	d := s.tables.find(tableName)
	if d == nil {
		return false
	}
	if i, ok := d.Index(index); ok {
		return i.Keys.Partition.Name == name
	}
	return d.Keys.Partition.Name == name
}

func (s *Service) scanAccess(_ context.Context, in *scanInput) ([]iam.Access, error) {
	return []iam.Access{s.onIndex("dynamodb:Scan", in.TableName, in.IndexName)}, nil
}

// prepare checks the request and parses its expressions.
func (in *readInput) prepare(keyCondition *string, takesValues ...string) error {
	var c constraints
	c.requireTable(in.TableName)
	if in.IndexName != "" {
		c.name(in.IndexName, "indexName")
	}
	c.atLeast(in.Limit, "limit", 1)
	c.oneOf(in.Select, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	c.oneOf(in.ReturnConsumedCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if err := c.err(); err != nil {
		return err
	}
	if err := in.refuse(); err != nil {
		return err
	}
	if bad := in.ExclusiveStartKey.invalid; bad != nil {
		return invalid.Errorf("The provided starting key is invalid: %s", bad.Message)
	}
	e := expressions{
		KeyConditionExpression: keyCondition, FilterExpression: in.FilterExpression, ProjectionExpression: in.ProjectionExpression,
		ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
	}
	var err error
	in.parsed, err = e.parse(takesValues...)
	return err
}

func (s *Service) query(_ context.Context, in *queryInput) (*readOutput, error) {
	d, err := s.tables.table(in.TableName)
	if err != nil {
		return nil, err
	}
	read, err := in.read(d)
	if err != nil {
		return nil, err
	}
	page, err := d.Query(table.Query{
		Read: read, Terms: in.parsed.keyCondition,
		Backward: in.ScanIndexForward != nil && !*in.ScanIndexForward,
	})
	if err != nil {
		return nil, err
	}
	return in.output(d, page)
}

func (s *Service) scan(_ context.Context, in *scanInput) (*readOutput, error) {
	if err := in.prepare(nil, "FilterExpression"); err != nil {
		return nil, err
	}
	segment, segments, err := in.segment()
	if err != nil {
		return nil, err
	}
	d, err := s.tables.table(in.TableName)
	if err != nil {
		return nil, err
	}
	read, err := in.read(d)
	if err != nil {
		return nil, err
	}
	page, err := d.Scan(table.Scan{Read: read, Segment: segment, Segments: segments})
	if err != nil {
		return nil, err
	}
	return in.output(d, page)
}

// segment returns 0, 0 for a scan that is not parallel.
func (in *scanInput) segment() (segment, segments int, err error) {
	var c constraints
	c.atLeast(in.Segment, "segment", 0)
	c.atLeast(in.TotalSegments, "totalSegments", 1)
	c.atMost(in.TotalSegments, "totalSegments", 1000000)
	if err := c.err(); err != nil {
		return 0, 0, err
	}
	switch {
	case in.Segment == nil && in.TotalSegments == nil:
		return 0, 0, nil
	case in.TotalSegments == nil:
		return 0, 0, invalid.Errorf("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.Segment == nil:
		return 0, 0, invalid.Errorf("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case *in.Segment >= *in.TotalSegments:
		return 0, 0, invalid.Errorf("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments)
	}
	return *in.Segment, *in.TotalSegments, nil
}

// read makes what Query and Scan of the table package have in common.
func (in *readInput) read(d *definition) (table.Read, error) {
	read := table.Read{Index: in.IndexName, Start: in.ExclusiveStartKey.Map, Filter: in.parsed.filter}
	if in.Limit != nil {
		read.Limit = *in.Limit
	}
	if in.parsed.projection != nil && in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES" {
		return read, invalid.Errorf("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
	}
	if in.Select == "SPECIFIC_ATTRIBUTES" && in.parsed.projection == nil {
		return read, invalid.Errorf("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	}
	if in.parsed.projection != nil {
		if err := d.CheckPaths(in.parsed.projection.Paths()); err != nil {
			return read, err
		}
	}
	index, isIndex := d.Index(in.IndexName)
	if in.IndexName == "" || !isIndex {
		if in.IndexName == "" && in.Select == "ALL_PROJECTED_ATTRIBUTES" {
			return read, invalid.Errorf("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		}
		return read, nil
	}
	return read, in.readIndex(d, index, &read)
}

func (in *readInput) readIndex(d *definition, index table.Index, read *table.Read) error {
	if in.ConsistentRead && index.Global {
		return invalid.Errorf("Consistent reads are not supported on global secondary indexes")
	}
	var paths []expression.Path
	if in.parsed.projection != nil {
		paths = in.parsed.projection.Paths()
	}
	covered := d.CoversAll(index, paths)
	if !index.Global {
		read.WholeItems = in.Select == "ALL_ATTRIBUTES" || !covered
		return nil
	}
	if in.Select == "ALL_ATTRIBUTES" && !index.Everything {
		return invalid.Errorf("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", index.Name)
	}
	if !covered {
		return invalid.Errorf("One or more parameter values were invalid: Global secondary index %s does not project all attributes of the ProjectionExpression", index.Name)
	}
	return nil
}

func (in *readInput) output(d *definition, page table.Page) (*readOutput, error) {
	m := metrics{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	out := &readOutput{
		Count: len(page.Items), ScannedCount: page.Scanned, LastEvaluatedKey: page.Last,
		ConsumedCapacity: m.capacity(d.Name, readUnits(page.Bytes, in.ConsistentRead)),
	}
	if in.Select == "COUNT" {
		return out, nil
	}
	items := make([]attribute.Map, len(page.Items))
	for i, item := range page.Items {
		items[i] = item
		if in.parsed.projection != nil {
			items[i] = in.parsed.projection.Apply(item)
		}
	}
	out.Items = &items
	return out, nil
}
