package dynamodb

import (
	"context"
	"slices"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/resource"
)

type updateTableInput struct {
	TableName                   string
	AttributeDefinitions        []attributeDefinition
	BillingMode                 string
	ProvisionedThroughput       *throughput
	StreamSpecification         *streamSpecification
	SSESpecification            *sseSpecification
	DeletionProtectionEnabled   *resource.Bool
	TableClass                  string
	GlobalSecondaryIndexUpdates []indexUpdate
}

func (in *updateTableInput) table() string { return in.TableName }

func (s *Service) updateTable(_ context.Context, in *updateTableInput) (*tableOutput, error) {
	var c constraints
	c.oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
	c.oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	if err := c.err(); err != nil {
		return nil, err
	}
	if in.changesNothing() {
		return nil, invalid.Errorf("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	d, err := s.tables.update(in.TableName, in.change)
	if err != nil {
		return nil, err
	}
	return &tableOutput{d.describe()}, nil
}

func (in *updateTableInput) changesNothing() bool {
	return in.BillingMode == "" && in.ProvisionedThroughput == nil && in.StreamSpecification == nil && in.SSESpecification == nil &&
		in.DeletionProtectionEnabled == nil && in.TableClass == "" && len(in.GlobalSecondaryIndexUpdates) == 0
}

// change makes the changes to a definition.
func (in *updateTableInput) change(d *definition) error {
	if in.DeletionProtectionEnabled != nil {
		d.settings.Protected = bool(*in.DeletionProtectionEnabled)
	}
	if in.TableClass != "" {
		d.settings.Class = in.TableClass
	}
	if in.SSESpecification != nil {
		d.settings.Encryption = in.SSESpecification.key()
	}
	if err := in.changeIndexes(d); err != nil {
		return err
	}
	if err := in.changeCapacity(d); err != nil {
		return err
	}
	return in.changeStream(d)
}

// changeCapacity sets the throughput of table and indexes, which have none of their own when requests are paid for.
func (in *updateTableInput) changeCapacity(d *definition) error {
	if in.BillingMode == "" && in.ProvisionedThroughput == nil && len(in.GlobalSecondaryIndexUpdates) == 0 {
		return nil
	}
	if in.BillingMode == "PAY_PER_REQUEST" && d.settings.Billing != in.BillingMode {
		d.shape.GlobalSecondaryIndexes = withoutThroughput(d.shape.GlobalSecondaryIndexes)
	}
	if in.BillingMode != "" {
		d.settings.Billing = in.BillingMode
	}
	if in.BillingMode != "" || in.ProvisionedThroughput != nil {
		if err := d.settings.setThroughput(in.ProvisionedThroughput); err != nil {
			return err
		}
	}
	return d.settings.setIndexThroughputs(d.shape.GlobalSecondaryIndexes)
}

func withoutThroughput(indexes []secondaryIndex) []secondaryIndex {
	indexes = slices.Clone(indexes)
	for i := range indexes {
		indexes[i].ProvisionedThroughput = nil
	}
	return indexes
}

func (in *updateTableInput) changeStream(d *definition) error {
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
