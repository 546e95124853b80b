package dynamodb

import "context"

type listTagsInput struct {
	ResourceArn string
	NextToken   string
}

type listTagsOutput struct{ Tags []tag }

func (s *Service) listTags(_ context.Context, in *listTagsInput) (*listTagsOutput, error) {
	d := s.tables.find(in.ResourceArn)
	if d == nil || d.arn != in.ResourceArn {
		return nil, notFound("Requested resource not found: ResourcArn: %s not found", in.ResourceArn)
	}
	return &listTagsOutput{append([]tag{}, d.settings.Tags...)}, nil
}
