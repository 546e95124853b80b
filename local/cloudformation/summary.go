package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"eda-demo/local/template"
)

type getTemplateSummaryInput struct {
	stackInput
	source
}

// getTemplateSummaryOutput is that of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
type getTemplateSummaryOutput struct {
	Parameters         []declaration
	Description        string `json:",omitempty"`
	Capabilities       []string
	CapabilitiesReason string `json:",omitempty"`
	ResourceTypes      []string
	Version            string
	Metadata           string `json:",omitempty"` // JSON
	DeclaredTransforms []string
}

type declaration struct {
	ParameterKey         string
	DefaultValue         *string `json:",omitempty"`
	ParameterType        string
	NoEcho               bool
	Description          string `json:",omitempty"`
	ParameterConstraints struct{ AllowedValues []string }
}

const formatVersion = "2010-09-09"

// getTemplateSummary tells what a template, or a stack's, asks for.
func (s *Service) getTemplateSummary(ctx context.Context, in *getTemplateSummaryInput) (*getTemplateSummaryOutput, error) {
	parsed, err := s.summarized(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &getTemplateSummaryOutput{Description: parsed.Description, Version: formatVersion, Parameters: declarations(parsed)}
	out.Capabilities, out.CapabilitiesReason = told(parsed)
	types := map[string]bool{}
	for _, r := range parsed.Resources {
		types[r.Type] = true
	}
	out.ResourceTypes = slices.Sorted(maps.Keys(types))
	if parsed.Metadata == nil {
		return out, nil
	}
	metadata, err := json.Marshal(parsed.Metadata)
	if err != nil {
		return nil, fmt.Errorf("encode the template's metadata: %w", err)
	}
	out.Metadata = string(metadata)
	return out, nil
}

func (s *Service) summarized(ctx context.Context, in *getTemplateSummaryInput) (*template.Template, error) {
	if in.StackName == "" {
		return s.parsed(ctx, in.source)
	}
	if in.source != (source{}) {
		return nil, invalid("You cannot specify both Stack Name and Template URL/Template Body.")
	}
	stack, err := s.stack(in.StackName)
	if err != nil {
		return nil, err
	}
	if stack.Spec.Template == nil { // in review
		return &template.Template{}, nil
	}
	return stack.Parsed()
}

func (s *Service) parsed(ctx context.Context, from source) (*template.Template, error) {
	text, err := s.templateText(ctx, from, false, nil)
	if err != nil {
		return nil, err
	}
	parsed, err := template.Parse(text)
	if err != nil {
		return nil, invalid("%v", err)
	}
	return parsed, nil
}

func declarations(parsed *template.Template) []declaration {
	var list []declaration
	for _, name := range slices.Sorted(maps.Keys(parsed.Parameters)) {
		p := parsed.Parameters[name]
		d := declaration{ParameterKey: name, ParameterType: p.Type, NoEcho: p.Hidden(), Description: p.Description}
		if p.Default != nil {
			text := string(*p.Default)
			d.DefaultValue = &text
		}
		for _, value := range p.AllowedValues {
			d.ParameterConstraints.AllowedValues = append(d.ParameterConstraints.AllowedValues, string(value))
		}
		list = append(list, d)
	}
	return list
}

// told are the capabilities that a template needs, and why.
func told(parsed *template.Template) (capabilities []string, reason string) {
	capability, types := required(parsed)
	if capability == "" {
		return nil, ""
	}
	return []string{capability}, capabilitiesReason(types)
}

type validateTemplateInput struct{ source }

type validateTemplateOutput struct {
	Parameters         []validParameter
	Description        string `json:",omitempty"`
	Capabilities       []string
	CapabilitiesReason string `json:",omitempty"`
	DeclaredTransforms []string
}

type validParameter struct {
	ParameterKey string
	DefaultValue *string `json:",omitempty"`
	NoEcho       bool
	Description  string `json:",omitempty"`
}

// validateTemplate checks a template as far as that is possible without a
// stack.
func (s *Service) validateTemplate(ctx context.Context, in *validateTemplateInput) (*validateTemplateOutput, error) {
	parsed, err := s.parsed(ctx, in.source)
	if err != nil {
		return nil, err
	}
	out := &validateTemplateOutput{Description: parsed.Description}
	out.Capabilities, out.CapabilitiesReason = told(parsed)
	for _, d := range declarations(parsed) {
		out.Parameters = append(out.Parameters, validParameter{d.ParameterKey, d.DefaultValue, d.NoEcho, d.Description})
	}
	return out, nil
}
