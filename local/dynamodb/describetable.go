package dynamodb

import (
	"context"
	"time"

	"eda-demo/local/dynamodb/table"
	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// description is the data type TableDescription of the API reference.
type description struct {
	AttributeDefinitions      []attributeDefinition
	TableName                 string
	KeySchema                 []keyElement
	TableStatus               string
	CreationDateTime          frontdoor.Timestamp
	ProvisionedThroughput     throughputDescription
	TableSizeBytes            int
	ItemCount                 int
	TableArn                  string
	TableId                   string
	BillingModeSummary        *billingSummary      `json:",omitempty"`
	TableClassSummary         *classSummary        `json:",omitempty"`
	LocalSecondaryIndexes     []indexDescription   `json:",omitempty"`
	GlobalSecondaryIndexes    []indexDescription   `json:",omitempty"`
	StreamSpecification       *streamSpecification `json:",omitempty"`
	LatestStreamLabel         string               `json:",omitempty"`
	LatestStreamArn           string               `json:",omitempty"`
	SSEDescription            *sseDescription      `json:",omitempty"`
	DeletionProtectionEnabled bool
}

type throughputDescription struct {
	NumberOfDecreasesToday int
	ReadCapacityUnits      int
	WriteCapacityUnits     int
}

type billingSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime frontdoor.Timestamp
}

type classSummary struct{ TableClass string }

type sseDescription struct {
	Status          string
	SSEType         string
	KMSMasterKeyArn string
}

type indexDescription struct {
	IndexName             string
	KeySchema             []keyElement
	Projection            projection
	IndexStatus           string `json:",omitempty"`
	IndexSizeBytes        int
	ItemCount             int
	IndexArn              string
	ProvisionedThroughput *throughputDescription `json:",omitempty"`
}

func describeThroughput(t throughput) throughputDescription {
	return throughputDescription{ReadCapacityUnits: int(t.ReadCapacityUnits), WriteCapacityUnits: int(t.WriteCapacityUnits)}
}

func (d *definition) describe() *description {
	items, bytes := d.Stats()
	out := &description{
		AttributeDefinitions: d.shape.AttributeDefinitions, TableName: d.Name, KeySchema: describeKeys(d.Keys.Names()), TableStatus: "ACTIVE",
		CreationDateTime: frontdoor.At(d.created), ProvisionedThroughput: describeThroughput(d.settings.Throughput),
		TableSizeBytes: bytes, ItemCount: items, TableArn: d.arn, TableId: d.id,
		DeletionProtectionEnabled: d.settings.Protected,
	}
	if d.settings.Billing == "PAY_PER_REQUEST" {
		out.BillingModeSummary = &billingSummary{d.settings.Billing, frontdoor.At(d.created)}
	}
	if d.settings.Class != "" {
		out.TableClassSummary = &classSummary{d.settings.Class}
	}
	if d.settings.Encryption != "" {
		out.SSEDescription = &sseDescription{"ENABLED", "KMS", d.settings.Encryption}
	}
	if d.stream != nil {
		out.StreamSpecification = &streamSpecification{ptr(resource.Bool(true)), string(d.stream.View)}
		out.LatestStreamArn, out.LatestStreamLabel = d.stream.ARN, d.stream.Label
	}
	for _, index := range d.Indexes {
		d.describeIndex(index, out)
	}
	return out
}

func (d *definition) describeIndex(index table.Index, into *description) {
	kind := projection{ProjectionType: "KEYS_ONLY"}
	switch {
	case index.Everything:
		kind.ProjectionType = "ALL"
	case len(index.Include) > 0:
		kind = projection{"INCLUDE", index.Include}
	}
	out := indexDescription{
		IndexName: index.Name, KeySchema: describeKeys(index.Keys.Names()), Projection: kind,
		IndexArn: d.arn + "/index/" + index.Name, ItemCount: d.IndexLen(index.Name),
	}
	if !index.Global {
		into.LocalSecondaryIndexes = append(into.LocalSecondaryIndexes, out)
		return
	}
	capacity := describeThroughput(d.settings.IndexDetails[index.Name])
	out.IndexStatus, out.ProvisionedThroughput = "ACTIVE", &capacity
	into.GlobalSecondaryIndexes = append(into.GlobalSecondaryIndexes, out)
}

func describeKeys(names []string) []keyElement {
	out := []keyElement{{names[0], "HASH"}}
	for _, sort := range names[1:] {
		out = append(out, keyElement{sort, "RANGE"})
	}
	return out
}

type tableInput struct{ TableName string }

func (in *tableInput) table() string { return in.TableName }

type describeTableOutput struct{ Table *description }

func (s *Service) describeTable(_ context.Context, in *tableInput) (*describeTableOutput, error) {
	d, err := s.tables.described(in.TableName)
	if err != nil {
		return nil, err
	}
	return &describeTableOutput{d.describe()}, nil
}

type listTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type listTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

func (s *Service) listTables(_ context.Context, in *listTablesInput) (*listTablesOutput, error) {
	var c constraints
	c.atLeast(in.Limit, "limit", 1)
	c.atMost(in.Limit, "limit", 100)
	if in.ExclusiveStartTableName != "" {
		c.name(in.ExclusiveStartTableName, "exclusiveStartTableName")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	out := &listTablesOutput{TableNames: []string{}}
	for _, name := range s.tables.names() {
		if name <= in.ExclusiveStartTableName {
			continue
		}
		if len(out.TableNames) == limit {
			out.LastEvaluatedTableName = out.TableNames[limit-1]
			break
		}
		out.TableNames = append(out.TableNames, name)
	}
	return out, nil
}

type backupsOutput struct{ ContinuousBackupsDescription backupsDescription }

type backupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription recoveryDescription
}

type recoveryDescription struct {
	PointInTimeRecoveryStatus  string
	EarliestRestorableDateTime *frontdoor.Timestamp `json:",omitempty"`
	LatestRestorableDateTime   *frontdoor.Timestamp `json:",omitempty"`
}

func (s *Service) describeBackups(_ context.Context, in *tableInput) (*backupsOutput, error) {
	d := s.tables.find(in.TableName)
	if d == nil {
		return nil, frontdoor.Errorf("TableNotFoundException", "Table not found: %s", in.TableName)
	}
	recovery := recoveryDescription{PointInTimeRecoveryStatus: "DISABLED"}
	if d.settings.Recovery {
		recovery = recoveryDescription{"ENABLED", ptr(frontdoor.At(d.created)), ptr(frontdoor.At(time.Now()))}
	}
	return &backupsOutput{backupsDescription{"ENABLED", recovery}}, nil
}
