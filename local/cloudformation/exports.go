package cloudformation

import (
	"context"

	"eda-demo/local/provision"
)

type listExportsInput struct{ NextToken string }

type listExportsOutput struct {
	Exports   []export
	NextToken string `json:",omitempty"`
}

type export struct{ ExportingStackId, Name, Value string }

func (s *Service) listExports(_ context.Context, in *listExportsInput) (*listExportsOutput, error) {
	list, next, err := page(s.config.Engine.Exports(), in.NextToken, func(e provision.Export) string { return e.Name })
	out := &listExportsOutput{NextToken: next}
	for _, e := range list {
		out.Exports = append(out.Exports, export{e.StackID, e.Name, e.Value})
	}
	return out, err
}

type listImportsInput struct{ ExportName, NextToken string }

type listImportsOutput struct {
	Imports   []string
	NextToken string `json:",omitempty"`
}

// listImports shows the names of the stacks that import an export.
func (s *Service) listImports(_ context.Context, in *listImportsInput) (*listImportsOutput, error) {
	if in.ExportName == "" {
		return nil, missing("exportName")
	}
	names := s.config.Engine.Importers(in.ExportName)
	if len(names) == 0 {
		return nil, invalid("Export '%s' is not imported by any stack.", in.ExportName)
	}
	out, err := &listImportsOutput{}, error(nil)
	out.Imports, out.NextToken, err = page(names, in.NextToken, func(name string) string { return name })
	return out, err
}
