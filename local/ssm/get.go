package ssm

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// value is a parameter in answers.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html
type value struct {
	ARN              string
	DataType         string
	LastModifiedDate frontdoor.Timestamp
	Name             string
	Selector         string `json:",omitempty"`
	Type             string
	Value            string
	Version          int64
}

func (s *Service) value(p *parameter, v version, selector string) value {
	return value{
		ARN: s.arn(p.Name), DataType: dataType, LastModifiedDate: frontdoor.At(v.Modified),
		Name: p.Name, Selector: selector, Type: p.Type, Value: v.Value, Version: v.Number,
	}
}

type getInput struct {
	Name           string
	WithDecryption bool // changes nothing: no value is encrypted
}

type getOutput struct{ Parameter value }

func (s *Service) getAccess(_ context.Context, in *getInput) ([]iam.Access, error) {
	return s.accesses("GetParameter", in.Name), nil
}

func (s *Service) get(_ context.Context, in *getInput) (*getOutput, error) {
	r := s.reference(in.Name)
	p, v, err := s.resolve(r)
	if err != nil {
		return nil, err
	}
	return &getOutput{s.value(p, v, r.selector)}, nil
}

// maxNames is how many parameters GetParameters gets at once.
const maxNames = 10

type getSeveralInput struct {
	Names          []string
	WithDecryption bool
}

type getSeveralOutput struct {
	Parameters        []value
	InvalidParameters []string
}

func (s *Service) getSeveralAccess(_ context.Context, in *getSeveralInput) ([]iam.Access, error) {
	if len(in.Names) < 1 || len(in.Names) > maxNames {
		return nil, validation("Value at 'names' failed to satisfy constraint: Member must have length from 1 to %d", maxNames)
	}
	return s.accesses("GetParameters", in.Names...), nil
}

func (s *Service) getSeveral(_ context.Context, in *getSeveralInput) (*getSeveralOutput, error) {
	out := &getSeveralOutput{Parameters: []value{}, InvalidParameters: []string{}}
	for _, name := range in.Names {
		r := s.reference(name)
		p, v, err := s.resolve(r)
		if err != nil {
			out.InvalidParameters = append(out.InvalidParameters, name)
			continue
		}
		out.Parameters = append(out.Parameters, s.value(p, v, r.selector))
	}
	return out, nil
}
