package cloudformation

import "context"

type getTemplateInput struct {
	changeSetInput
	TemplateStage string
}

type getTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

// stages of a template; the two are the same, since macros are not supported.
var stages = []string{"Original", "Processed"}

// getTemplate shows the template of a stack, or of a change set, as it was
// given. A stack in review has none.
func (s *Service) getTemplate(_ context.Context, in *getTemplateInput) (*getTemplateOutput, error) {
	switch in.TemplateStage {
	case "", "Original", "Processed":
	default:
		return nil, constraint(in.TemplateStage, "templateStage", "satisfy enum value set: [Original, Processed]")
	}
	if in.ChangeSetName != "" {
		c, err := s.changeSet(in.changeSetInput)
		if err != nil {
			return nil, err
		}
		return &getTemplateOutput{string(c.spec.Template), stages}, nil
	}
	stack, err := s.stack(in.StackName)
	if err != nil {
		return nil, err
	}
	return &getTemplateOutput{string(stack.Spec.Template), stages}, nil
}
