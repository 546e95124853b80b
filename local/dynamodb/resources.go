package dynamodb

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// Resources returns the handlers of the resource types of DynamoDB.
func (s *Service) Resources() map[string]resource.Type {
	schema := resource.Schema{
		Required: []string{"KeySchema"}, NotEmpty: []string{"TableName"},
		Name: "TableName", Immutable: []string{"TableName", "KeySchema", "LocalSecondaryIndexes"},
	}
	return map[string]resource.Type{
		"AWS::DynamoDB::Table": schema.Type(s.createTableResource, s.updateTableResource, s.deleteTableResource),
	}
}

// tableProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
// except ContributorInsightsSpecification, ImportSourceSpecification, KinesisStreamSpecification,
// OnDemandThroughput, ResourcePolicy and WarmThroughput, which Decode refuses by name.
type tableProperties struct {
	tableShape
	BillingMode                      string
	ProvisionedThroughput            *throughput
	StreamSpecification              *streamProperties
	TimeToLiveSpecification          *ttlSpecification
	PointInTimeRecoverySpecification *recoveryProperties
	SSESpecification                 *sseProperties
	TableClass                       string
	DeletionProtectionEnabled        *resource.Bool
	Tags                             []tag
}

type streamProperties struct {
	StreamViewType string
	ResourcePolicy json.RawMessage
}

type recoveryProperties struct {
	PointInTimeRecoveryEnabled resource.Bool
	RecoveryPeriodInDays       *resource.Int
}

type sseProperties struct {
	SSEEnabled     resource.Bool
	SSEType        string
	KMSMasterKeyId string
}

// maxName is how long the name of a table may be.
const maxName = 255

// createTableResource creates a table, or takes up the one that an earlier process has left.
func (s *Service) createTableResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	properties, err := tableOf(definition, definition.PhysicalID)
	if err != nil {
		return resource.Instance{}, err
	}
	d, err := properties.definition(s.store)
	if err == nil {
		d.owner = definition.Key()
		err = s.createOrAdopt(d, definition)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create table %s: %w", properties.TableName, err)
	}
	return d.instance(), nil
}

func (s *Service) createOrAdopt(d *definition, as resource.Definition) error {
	if as.TakesUp() {
		return s.tables.adopt(d, as.PhysicalID != "")
	}
	return s.tables.create(d)
}

// updateTableResource changes the table. Its items stay, and what reads and writes them goes on.
func (s *Service) updateTableResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	properties, err := tableOf(next, previous.PhysicalID)
	if err != nil {
		return resource.Instance{}, err
	}
	d, err := properties.definition(s.store)
	if err == nil {
		d, err = s.tables.update(previous.PhysicalID, d.succeed)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update table %s: %w", previous.PhysicalID, err)
	}
	return d.instance(), nil
}

// succeed makes d what want is, if CloudFormation would do that to an existing table.
func (want *definition) succeed(d *definition) error {
	if name := editedAttribute(d.shape, want.shape); name != "" {
		return invalid.Errorf("CloudFormation replaces a table when the type of a defined attribute changes, which is not supported here: attribute %s. Rename %s, or its logical id, and update the stack again.", name, d.Name)
	}
	if err := d.CheckSuccessor(want.Schema); err != nil {
		return err
	}
	if err := checkIndexChange(d.Schema, want.Schema); err != nil {
		return err
	}
	if before, now := d.settings.TTL, want.settings.TTL; before != "" && now != "" && before != now {
		return invalid.Errorf(ttlElsewhere, before)
	}
	d.shape, d.settings = want.shape, want.settings
	return nil
}

// editedAttribute is the name of an attribute that is of another type after than before.
func editedAttribute(before, after tableShape) string {
	for _, a := range after.AttributeDefinitions {
		for _, b := range before.AttributeDefinitions {
			if a.AttributeName == b.AttributeName && a.AttributeType != b.AttributeType {
				return a.AttributeName
			}
		}
	}
	return ""
}

// deleteTableResource deletes the table as DeleteTable does, and its streams at once: nothing of the stack is left.
func (s *Service) deleteTableResource(_ context.Context, definition resource.Definition) error {
	_, err := s.tables.delete(definition.PhysicalID)
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		err = nil
	}
	if err == nil {
		err = s.tables.forgetStreams(definition.PhysicalID)
	}
	if err != nil {
		return fmt.Errorf("delete table %s: %w", definition.PhysicalID, err)
	}
	return nil
}

// tableOf reads the properties of a table that has the physical id, if any, for its name.
func tableOf(definition resource.Definition, physicalID string) (*tableProperties, error) {
	var properties tableProperties
	if err := definition.Decode(&properties); err != nil {
		return nil, err
	}
	properties.TableName = cmp.Or(physicalID, properties.TableName, definition.Name(maxName))
	return &properties, nil
}

func (d *definition) instance() resource.Instance {
	attributes := map[string]any{"Arn": d.arn}
	if d.stream != nil {
		attributes["StreamArn"] = d.stream.ARN
	}
	return resource.Instance{ID: d.Name, Attributes: attributes}
}

func (p *tableProperties) definition(keepIn *store.Store) (*definition, error) {
	in := createTableInput{
		tableShape: p.tableShape, BillingMode: p.BillingMode, ProvisionedThroughput: p.ProvisionedThroughput,
		TableClass: p.TableClass, DeletionProtectionEnabled: p.DeletionProtectionEnabled, Tags: p.Tags,
	}
	if p.StreamSpecification != nil {
		if len(p.StreamSpecification.ResourcePolicy) > 0 {
			return nil, invalid.Errorf("StreamSpecification.ResourcePolicy is not supported here")
		}
		in.StreamSpecification = &streamSpecification{ptr(resource.Bool(true)), p.StreamSpecification.StreamViewType}
	}
	if p.SSESpecification != nil {
		in.SSESpecification = &sseSpecification{p.SSESpecification.SSEEnabled, p.SSESpecification.SSEType, p.SSESpecification.KMSMasterKeyId}
	}
	d, err := in.definition(keepIn)
	if err != nil {
		return nil, err
	}
	if p.PointInTimeRecoverySpecification != nil {
		d.settings.Recovery = bool(p.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled)
	}
	return d, p.TimeToLiveSpecification.set(d)
}

// set enables Time to Live if the specification asks for it.
func (spec *ttlSpecification) set(d *definition) error {
	if spec == nil || spec.Enabled != nil && !bool(*spec.Enabled) {
		return nil
	}
	if spec.Enabled == nil || spec.AttributeName == "" {
		return invalid.Errorf("TimeToLiveSpecification needs Enabled and AttributeName")
	}
	d.settings.TTL = spec.AttributeName
	return nil
}
