package dynamodb

import (
	"context"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/iam"
)

// onTable makes the access function of an operation on one table, named by its input.
func onTable[In any, P interface {
	*In
	table() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		name := P(in).table()
		if name == "" {
			return nil, invalid.Errorf("The parameter 'TableName' is required but was not present in the request")
		}
		return []iam.Access{{Action: action, Resource: s.tables.arn(s.tables.nameOf(name))}}, nil
	}
}

// onAnything makes the access function of an operation on no resource in particular.
func onAnything[In any](action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: "*"}}, nil
	}
}

// onStream makes the access function of an operation on one stream, named by its input.
func onStream[In any, P interface {
	*In
	stream() (string, error)
}](action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		arn, err := P(in).stream()
		if err != nil {
			return nil, err
		}
		return []iam.Access{{Action: action, Resource: arn}}, nil
	}
}

func (s *Service) listTagsAccess(_ context.Context, in *listTagsInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "dynamodb:ListTagsOfResource", Resource: in.ResourceArn}}, nil
}

// onItems is the access to items of a table, with the condition key dynamodb:LeadingKeys: the partition keys of the
// items, which policies restrict tenants by. items may be keys or whole items.
func (s *Service) onItems(action, tableName string, items ...attribute.Map) iam.Access {
	name := s.tables.nameOf(tableName)
	access := iam.Access{Action: action, Resource: s.tables.arn(name), Keys: map[string][]string{}}
	d := s.tables.find(name)
	if d == nil {
		return access
	}
	for _, item := range items {
		if leading := text(item[d.Keys.Partition.Name]); leading != "" {
			access.Keys["dynamodb:LeadingKeys"] = append(access.Keys["dynamodb:LeadingKeys"], leading)
		}
	}
	return access
}

// onIndex is the access to an index, or to the table itself if index is empty.
func (s *Service) onIndex(action, tableName, index string) iam.Access {
	resource := s.tables.arn(s.tables.nameOf(tableName))
	if index != "" {
		resource += "/index/" + index
	}
	return iam.Access{Action: action, Resource: resource, Keys: map[string][]string{}}
}

// text is a key value as a condition key holds it.
func text(v attribute.Value) string {
	switch v := v.(type) {
	case attribute.String:
		return string(v)
	case attribute.Number:
		return v.String()
	case attribute.Binary:
		return string(v)
	}
	return ""
}

// requireTable checks the parameter TableName of an operation on items.
func (c *constraints) requireTable(name string) {
	if name == "" {
		c.required(false, "tableName")
		return
	}
	if !strings.HasPrefix(name, "arn:") {
		c.name(name, "tableName")
	}
}

func ptr[T any](v T) *T { return &v }
