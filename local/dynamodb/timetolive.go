package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/resource"
)

const ttlElsewhere = "TimeToLive is active on a different AttributeName: current AttributeName is %s"

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
		return invalid.Errorf(ttlElsewhere, d.settings.TTL)
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
