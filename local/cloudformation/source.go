package cloudformation

import (
	"context"
	"errors"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

// Limits of a template in a request and in Amazon S3, in bytes:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxTemplateBody   = 51_200
	maxTemplateObject = 1_000_000
)

// source is where a template comes from.
type source struct {
	TemplateBody string
	TemplateURL  string
}

// previous is the member of requests that can take the stack's own template.
type previousInput struct{ UsePreviousTemplate bool }

// templateText returns the text that the source, or else the stack, has.
func (s *Service) templateText(ctx context.Context, from source, usePrevious bool, stack *provision.Stack) ([]byte, error) {
	switch {
	case from.TemplateBody != "" && from.TemplateURL != "":
		return nil, invalid("You cannot specify both Template URL and Template Body.")
	case usePrevious && from != (source{}):
		return nil, invalid("You cannot specify both usePreviousTemplate and Template Body/Template URL.")
	case usePrevious && (stack == nil || stack.Spec.Template == nil):
		return nil, invalid("usePreviousTemplate: the stack has no template yet")
	case usePrevious:
		return stack.Spec.Template, nil
	case from.TemplateURL != "":
		return s.stored(ctx, from.TemplateURL)
	case from.TemplateBody == "":
		return nil, invalid("Either Template URL or Template Body must be specified.")
	case len(from.TemplateBody) > maxTemplateBody:
		return nil, invalid("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to %d", maxTemplateBody)
	}
	return []byte(from.TemplateBody), nil
}

func (s *Service) stored(ctx context.Context, url string) ([]byte, error) {
	if s.config.Objects == nil {
		return nil, invalid("TemplateURL must be an Amazon S3 URL.")
	}
	text, err := s.config.Objects.ReadURL(ctx, url, maxTemplateObject)
	if known, ok := errors.AsType[*frontdoor.Error](err); ok {
		return nil, invalid("S3 error: %s\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html", known.Message)
	}
	return text, err
}
