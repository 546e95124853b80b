package ssm

import (
	"context"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
)

type describeInput struct {
	ParameterFilters []filter
	MaxResults       *int
	NextToken        string
}

// filter is a condition on parameters; the values are alternatives.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
type filter struct {
	Key    string
	Option string
	Values []string
}

type describeOutput struct {
	Parameters []metadata
	NextToken  string `json:",omitempty"`
}

// metadata is what is known of a parameter without its value.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html
type metadata struct {
	ARN              string
	AllowedPattern   string `json:",omitempty"`
	DataType         string
	Description      string `json:",omitempty"`
	LastModifiedDate frontdoor.Timestamp
	LastModifiedUser string
	Name             string
	Policies         []string
	Tier             string
	Type             string
	Version          int64
}

const (
	maxDescribed = 50 // parameters that DescribeParameters returns at once
	maxFilters   = 50 // of its filters, and of the values of one
)

func (s *Service) describe(_ context.Context, in *describeInput) (*describeOutput, error) {
	if len(in.ParameterFilters) > maxFilters {
		return nil, validation("Value at 'parameterFilters' failed to satisfy constraint: Member must have length less than or equal to %d", maxFilters)
	}
	for _, f := range in.ParameterFilters {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := s.matching(func(p *parameter) bool {
		return !slices.ContainsFunc(in.ParameterFilters, func(f filter) bool { return !f.fits(p) })
	})
	page, next, err := paginate(found, in.MaxResults, maxDescribed, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &describeOutput{Parameters: []metadata{}, NextToken: next}
	for _, p := range page {
		out.Parameters = append(out.Parameters, s.metadata(p))
	}
	return out, nil
}

func (s *Service) metadata(p *parameter) metadata {
	v := p.newest()
	return metadata{
		ARN: s.arn(p.Name), AllowedPattern: p.AllowedPattern, DataType: dataType, Description: p.Description,
		LastModifiedDate: frontdoor.At(v.Modified), LastModifiedUser: p.User, Name: p.Name,
		Policies: []string{}, Tier: tier, Type: p.Type, Version: v.Number,
	}
}

// filterOptions are the options of each key, the one first that holds if none
// is given.
var filterOptions = map[string][]string{
	"Name": {"Equals", "BeginsWith", "Contains"},
	"Type": {"Equals"},
	"Path": {"OneLevel", "Recursive"},
}

func (f filter) check() error {
	options, known := filterOptions[f.Key]
	switch {
	case !known:
		return frontdoor.Errorf("InvalidFilterKey", "The filter key %q is not supported. Supported are Name, Type and Path.", f.Key)
	case f.Option != "" && !slices.Contains(options, f.Option):
		return frontdoor.Errorf("InvalidFilterOption", "The filter option %q is not valid for the key %s. Valid are %s.", f.Option, f.Key, strings.Join(options, ", "))
	case len(f.Values) < 1 || len(f.Values) > maxFilters:
		return frontdoor.Errorf("InvalidFilterValue", "The filter on %s has %d values, which is not from 1 to %d.", f.Key, len(f.Values), maxFilters)
	}
	return nil
}

func (f filter) fits(p *parameter) bool {
	return slices.ContainsFunc(f.Values, func(value string) bool {
		switch {
		case f.Key == "Type":
			return p.Type == value
		case f.Key == "Path":
			return under(value, p.Name, f.Option == "Recursive")
		case f.Option == "BeginsWith":
			return strings.HasPrefix(p.Name, value)
		case f.Option == "Contains":
			return strings.Contains(p.Name, value)
		}
		return p.Name == value
	})
}
