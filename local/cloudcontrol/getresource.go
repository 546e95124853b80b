package cloudcontrol

import (
	"context"
	"errors"

	"eda-demo/local/provision"
)

type getResourceInput struct{ target }

type getResourceOutput struct {
	TypeName            string
	ResourceDescription resourceDescription
}

type resourceDescription struct {
	Identifier string
	Properties string // JSON
}

// getResource shows a resource: the properties that it was given, by its
// template and since, and the attributes that it has itself.
func (s *Service) getResource(_ context.Context, in *getResourceInput) (*getResourceOutput, error) {
	r, err := s.find(in.target)
	if err != nil {
		return nil, err
	}
	properties, err := s.describe(r)
	if _, gone := errors.AsType[*provision.Unmanaged](err); gone {
		return nil, in.notFound()
	}
	if err != nil {
		return nil, err
	}
	return &getResourceOutput{in.TypeName, resourceDescription{in.Identifier, properties}}, nil
}
