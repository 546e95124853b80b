package stepfunctions

import "context"

type validateInput struct {
	Definition string `json:"definition"`
	Type       string `json:"type"`
	Severity   string `json:"severity"`
	MaxResults int    `json:"maxResults"`
}

type diagnostic struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Location string `json:"location,omitempty"`
}

type validateOutput struct {
	Result      string       `json:"result"`
	Diagnostics []diagnostic `json:"diagnostics"`
	Truncated   bool         `json:"truncated"`
}

// validateDefinition reports what is wrong with a definition. There are no
// warnings, so severity makes no difference.
func (s *Service) validateDefinition(_ context.Context, in *validateInput) (*validateOutput, error) {
	limit := in.MaxResults
	if limit == 0 {
		limit = 100
	}
	if limit < 0 || limit > 100 {
		return nil, validation("Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value from 0 to 100", limit)
	}
	kind := in.Type
	if kind == "" {
		kind = standard
	}
	_, problems := examine(in.Definition, kind)
	out := &validateOutput{Result: "OK", Diagnostics: []diagnostic{}}
	for _, p := range problems {
		out.Result = "FAIL"
		if out.Truncated = len(out.Diagnostics) == limit; out.Truncated {
			break
		}
		out.Diagnostics = append(out.Diagnostics, diagnostic{"ERROR", p.Code, p.Message, p.Location})
	}
	return out, nil
}
