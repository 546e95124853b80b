package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/iam"
)

type getItemInput struct {
	TableName                string
	Key                      attributes
	ConsistentRead           bool
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
	ReturnConsumedCapacity   string
	legacy
}

type getItemOutput struct {
	Item             attribute.Map `json:",omitzero"`
	ConsumedCapacity *consumed     `json:",omitempty"`
}

func (s *Service) getItemAccess(_ context.Context, in *getItemInput) ([]iam.Access, error) {
	return []iam.Access{s.onItems("dynamodb:GetItem", in.TableName, in.Key.Map)}, nil
}

func (s *Service) getItem(_ context.Context, in *getItemInput) (*getItemOutput, error) {
	wanted, err := in.check()
	if err != nil {
		return nil, err
	}
	d, err := s.tables.table(in.TableName)
	if err != nil {
		return nil, err
	}
	item, err := d.Get(in.Key.Map)
	if err != nil {
		return nil, err
	}
	m := metrics{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	out := &getItemOutput{ConsumedCapacity: m.capacity(d.Name, readUnits(attribute.ItemSize(item), in.ConsistentRead))}
	out.Item, err = projected(d, item, wanted)
	return out, err
}

func (in *getItemInput) check() (*expression.Projection, error) {
	var c constraints
	c.requireTable(in.TableName)
	c.required(in.Key.Map != nil, "key")
	c.oneOf(in.ReturnConsumedCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := in.refuse(); err != nil {
		return nil, err
	}
	if err := in.Key.check(); err != nil {
		return nil, err
	}
	e := expressions{ProjectionExpression: in.ProjectionExpression, ExpressionAttributeNames: in.ExpressionAttributeNames}
	p, err := e.parse()
	if err != nil {
		return nil, err
	}
	return p.projection, nil
}

// projected returns the wanted parts of an item; nil wants all.
func projected(d *definition, item attribute.Map, wanted *expression.Projection) (attribute.Map, error) {
	if wanted == nil {
		return item, nil
	}
	if err := d.CheckPaths(wanted.Paths()); err != nil || item == nil {
		return nil, err
	}
	return wanted.Apply(item), nil
}
