package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// Resources returns the handlers of the resource types of DynamoDB.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{"AWS::DynamoDB::Table": resource.Schema{Required: []string{"KeySchema"}, NotEmpty: []string{"TableName"}}.Type(s.createTableResource, nil, nil)}
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

// createTableResource creates the table that a template defines, or finds the one that an earlier run kept.
func (s *Service) createTableResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties tableProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	if properties.TableName == "" {
		properties.TableName = definition.Name(255)
	}
	d, err := properties.definition(s.store)
	if err == nil {
		err = s.tables.apply(d)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create table %s: %w", properties.TableName, err)
	}
	attributes := map[string]any{"Arn": d.arn}
	if d.stream != nil {
		attributes["StreamArn"] = d.stream.ARN
	}
	return resource.Instance{ID: d.Name, Attributes: attributes}, nil
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
