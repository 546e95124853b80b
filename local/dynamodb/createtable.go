package dynamodb

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

type streamSpecification struct {
	StreamEnabled  *resource.Bool `json:",omitempty"`
	StreamViewType string         `json:",omitempty"`
}

type sseSpecification struct {
	Enabled        resource.Bool
	SSEType        string
	KMSMasterKeyId string
}

type createTableInput struct {
	tableShape
	BillingMode               string
	ProvisionedThroughput     *throughput
	StreamSpecification       *streamSpecification
	SSESpecification          *sseSpecification
	TableClass                string
	DeletionProtectionEnabled *resource.Bool
	Tags                      []tag
}

type tableOutput struct {
	TableDescription *description
}

func (in *createTableInput) table() string { return in.TableName }

func (s *Service) createTable(_ context.Context, in *createTableInput) (*tableOutput, error) {
	d, err := in.definition(s.store)
	if err != nil {
		return nil, err
	}
	if err := s.tables.create(d); err != nil {
		return nil, err
	}
	out := d.describe()
	out.TableStatus = "CREATING" // it is ACTIVE for every other call
	return &tableOutput{out}, nil
}

// definition checks the request and makes a table of it, which keeps its items in a store.
func (in *createTableInput) definition(keepIn *store.Store) (*definition, error) {
	if in.TableName == "" {
		return nil, invalid.Errorf("The parameter 'TableName' is required but was not present in the request")
	}
	if len(in.TableName) < 3 || len(in.TableName) > 255 {
		return nil, invalid.Errorf("TableName must be at least 3 characters long and at most 255 characters long")
	}
	var c constraints
	c.name(in.TableName, "tableName")
	c.oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
	c.oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	c.required(in.KeySchema != nil, "keySchema")
	c.required(in.AttributeDefinitions != nil, "attributeDefinitions")
	if err := c.err(); err != nil {
		return nil, err
	}
	settings, err := in.settings()
	if err != nil {
		return nil, err
	}
	schema, err := in.schema()
	if err != nil {
		return nil, err
	}
	return &definition{
		Table: table.New(schema, keepIn), id: uuid.NewString(), created: time.Now(), shape: in.tableShape, settings: settings,
	}, nil
}

func (in *createTableInput) settings() (settings, error) {
	out := settings{Billing: "PROVISIONED", Class: in.TableClass, Tags: in.Tags}
	if in.BillingMode != "" {
		out.Billing = in.BillingMode
	}
	if in.DeletionProtectionEnabled != nil {
		out.Protected = bool(*in.DeletionProtectionEnabled)
	}
	if err := out.setThroughput(in.ProvisionedThroughput); err != nil {
		return out, err
	}
	if err := out.setIndexThroughputs(in.GlobalSecondaryIndexes); err != nil {
		return out, err
	}
	if in.SSESpecification != nil {
		out.Encryption = in.SSESpecification.key()
	}
	var err error
	out.View, err = in.StreamSpecification.view()
	return out, err
}

// key is the KMS key that the specification asks for, "" for DynamoDB's own.
func (s *sseSpecification) key() string {
	if !bool(s.Enabled) {
		return ""
	}
	return cmp.Or(s.KMSMasterKeyId, "alias/aws/dynamodb")
}

func (s *settings) setThroughput(given *throughput) error {
	if s.Billing == "PAY_PER_REQUEST" {
		if given != nil {
			return invalid.Errorf(badParameters + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		s.Throughput = throughput{}
		return nil
	}
	if given == nil || given.ReadCapacityUnits < 1 || given.WriteCapacityUnits < 1 {
		return invalid.Errorf(badParameters + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	s.Throughput = *given
	return nil
}

func (s *settings) setIndexThroughputs(indexes []secondaryIndex) error {
	s.IndexDetails = map[string]throughput{}
	for _, index := range indexes {
		given := index.ProvisionedThroughput
		if s.Billing == "PAY_PER_REQUEST" && given != nil {
			return invalid.Errorf(badParameters+"ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", index.IndexName)
		}
		if s.Billing == "PROVISIONED" && given == nil {
			return invalid.Errorf(badParameters+"ProvisionedThroughput must be specified for index: %s", index.IndexName)
		}
		if given != nil {
			s.IndexDetails[index.IndexName] = *given
		}
	}
	return nil
}

// view is the view type of the stream that the specification asks for, "" for none.
func (s *streamSpecification) view() (stream.ViewType, error) {
	if s == nil {
		return "", nil
	}
	enabled := s.StreamEnabled != nil && bool(*s.StreamEnabled)
	view := stream.ViewType(s.StreamViewType)
	switch {
	case !enabled && view != "":
		return "", invalid.Errorf(badParameters + "StreamViewType is specified, but StreamEnabled is not true")
	case enabled && !view.Valid():
		var c constraints
		c.oneOf(string(view), "streamSpecification.streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
		c.required(view != "", "streamSpecification.streamViewType")
		return "", c.err()
	case !enabled:
		return "", nil
	}
	return view, nil
}
