package logs

import (
	"context"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// retentions are the possible retentions, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

func checkRetention(days int) error {
	if !slices.Contains(retentions, days) {
		return invalid("retentionInDays must be one of %v, not %d", retentions, days)
	}
	return nil
}

type putRetentionInput struct {
	byName
	RetentionInDays resource.Int `json:"retentionInDays"`
}

func (s *Service) putRetention(_ context.Context, in *putRetentionInput) (*empty, error) {
	g, err := s.find(in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if err := checkRetention(int(in.RetentionInDays)); err != nil {
		return nil, err
	}
	return &empty{}, g.setRetention(int(in.RetentionInDays))
}

type deleteRetentionInput struct{ byName }

func (s *Service) deleteRetention(_ context.Context, in *deleteRetentionInput) (*empty, error) {
	g, err := s.find(in.LogGroupName)
	if err != nil {
		return nil, err
	}
	return &empty{}, g.setRetention(0)
}

type listTagsInput struct {
	ResourceArn string `json:"resourceArn"`
}

type listTagsOutput struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) listTagsAccess(_ context.Context, in *listTagsInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "logs:ListTagsForResource", Resource: in.ResourceArn}}, nil
}

func (s *Service) listTags(_ context.Context, in *listTagsInput) (*listTagsOutput, error) {
	if !strings.HasPrefix(in.ResourceArn, "arn:") {
		return nil, frontdoor.Errorf("InvalidParameterException", "%q is not an ARN", in.ResourceArn)
	}
	g, err := s.find(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &listTagsOutput{Tags: map[string]string{}}
	for key, value := range g.currentTags() {
		out.Tags[key] = value
	}
	return out, nil
}
