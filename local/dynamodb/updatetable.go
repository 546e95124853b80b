package dynamodb

import (
	"context"
	"encoding/json"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/resource"
)

func (s *Service) deleteTable(_ context.Context, in *tableInput) (*tableOutput, error) {
	d, err := s.tables.described(in.TableName)
	if err != nil {
		return nil, err
	}
	if d.settings.Protected {
		return nil, invalid.Errorf("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	out := d.describe()
	if err := s.tables.delete(d); err != nil {
		return nil, err
	}
	out.TableStatus = "DELETING"
	return &tableOutput{out}, nil
}

type updateTableInput struct {
	TableName                   string
	AttributeDefinitions        []attributeDefinition
	BillingMode                 string
	ProvisionedThroughput       *throughput
	StreamSpecification         *streamSpecification
	DeletionProtectionEnabled   *resource.Bool
	TableClass                  string
	GlobalSecondaryIndexUpdates json.RawMessage
}

func (in *updateTableInput) table() string { return in.TableName }

func (s *Service) updateTable(_ context.Context, in *updateTableInput) (*tableOutput, error) {
	var c constraints
	c.oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
	c.oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	if err := c.err(); err != nil {
		return nil, err
	}
	if len(in.GlobalSecondaryIndexUpdates) > 0 {
		return nil, invalid.Errorf("GlobalSecondaryIndexUpdates is not supported here: create the table with its indexes")
	}
	d, err := s.tables.update(in.TableName, in.change)
	if err != nil {
		return nil, err
	}
	return &tableOutput{d.describe()}, nil
}

// change makes the changes to a definition.
func (in *updateTableInput) change(d *definition) error {
	if in.BillingMode != "" || in.ProvisionedThroughput != nil {
		if in.BillingMode != "" {
			d.settings.Billing = in.BillingMode
		}
		if err := d.settings.setThroughput(in.ProvisionedThroughput); err != nil {
			return err
		}
	}
	if in.DeletionProtectionEnabled != nil {
		d.settings.Protected = bool(*in.DeletionProtectionEnabled)
	}
	if in.TableClass != "" {
		d.settings.Class = in.TableClass
	}
	if in.StreamSpecification == nil {
		return nil
	}
	view, err := in.StreamSpecification.view()
	switch {
	case err != nil:
		return err
	case view != "" && d.settings.View != "":
		return inUse("Table already has an enabled stream: TableName: %s", d.Name)
	case view == "" && d.settings.View == "":
		return invalid.Errorf("Table is not currently streaming: TableName: %s", d.Name)
	}
	d.settings.View = view
	return nil
}

type ttlSpecification struct {
	AttributeName string
	Enabled       *resource.Bool
}

type updateTTLInput struct {
	TableName               string
	TimeToLiveSpecification *ttlSpecification
}

func (in *updateTTLInput) table() string { return in.TableName }

type updateTTLOutput struct{ TimeToLiveSpecification ttlSpecification }

func (s *Service) updateTTL(_ context.Context, in *updateTTLInput) (*updateTTLOutput, error) {
	var c constraints
	c.required(in.TimeToLiveSpecification != nil, "timeToLiveSpecification")
	if spec := in.TimeToLiveSpecification; spec != nil {
		c.required(spec.Enabled != nil, "timeToLiveSpecification.enabled")
		c.required(spec.AttributeName != "", "timeToLiveSpecification.attributeName")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	if _, err := s.tables.update(in.TableName, in.TimeToLiveSpecification.change); err != nil {
		return nil, err
	}
	return &updateTTLOutput{*in.TimeToLiveSpecification}, nil
}

func (spec *ttlSpecification) change(d *definition) error {
	enable := bool(*spec.Enabled)
	switch {
	case enable && d.settings.TTL == spec.AttributeName:
		return invalid.Errorf("TimeToLive is already enabled")
	case d.settings.TTL != "" && d.settings.TTL != spec.AttributeName:
		return invalid.Errorf("TimeToLive is active on a different AttributeName: current AttributeName is %s", d.settings.TTL)
	case !enable && d.settings.TTL == "":
		return invalid.Errorf("TimeToLive is already disabled")
	}
	d.settings.TTL = ""
	if enable {
		d.settings.TTL = spec.AttributeName
	}
	return nil
}

type describeTTLOutput struct{ TimeToLiveDescription ttlDescription }

type ttlDescription struct {
	TimeToLiveStatus string
	AttributeName    string `json:",omitempty"`
}

func (s *Service) describeTTL(_ context.Context, in *tableInput) (*describeTTLOutput, error) {
	d, err := s.tables.described(in.TableName)
	if err != nil {
		return nil, err
	}
	if d.settings.TTL == "" {
		return &describeTTLOutput{ttlDescription{TimeToLiveStatus: "DISABLED"}}, nil
	}
	return &describeTTLOutput{ttlDescription{"ENABLED", d.settings.TTL}}, nil
}

type listTagsInput struct {
	ResourceArn string
	NextToken   string
}

type listTagsOutput struct{ Tags []tag }

func (s *Service) listTags(_ context.Context, in *listTagsInput) (*listTagsOutput, error) {
	d := s.tables.find(in.ResourceArn)
	if d == nil || d.arn != in.ResourceArn {
		return nil, notFound("Requested resource not found: ResourcArn: %s not found", in.ResourceArn)
	}
	return &listTagsOutput{append([]tag{}, d.settings.Tags...)}, nil
}
