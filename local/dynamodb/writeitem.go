package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/iam"
)

// writeInput is what PutItem, UpdateItem and DeleteItem have in common.
type writeInput struct {
	TableName                           string
	ConditionExpression                 *string
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           attributes
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	metrics
	legacy
}

type putItemInput struct {
	Item attributes
	writeInput
}

type updateItemInput struct {
	Key              attributes
	UpdateExpression *string
	writeInput
}

type deleteItemInput struct {
	Key attributes
	writeInput
}

type writeOutput struct {
	Attributes       attribute.Map `json:",omitzero"`
	ConsumedCapacity *consumed     `json:",omitempty"`
}

func (s *Service) putItemAccess(_ context.Context, in *putItemInput) ([]iam.Access, error) {
	return []iam.Access{s.onItems("dynamodb:PutItem", in.TableName, in.Item.Map)}, nil
}

func (s *Service) updateItemAccess(_ context.Context, in *updateItemInput) ([]iam.Access, error) {
	return []iam.Access{s.onItems("dynamodb:UpdateItem", in.TableName, in.Key.Map)}, nil
}

func (s *Service) deleteItemAccess(_ context.Context, in *deleteItemInput) ([]iam.Access, error) {
	return []iam.Access{s.onItems("dynamodb:DeleteItem", in.TableName, in.Key.Map)}, nil
}

func (s *Service) putItem(_ context.Context, in *putItemInput) (*writeOutput, error) {
	m, err := in.mutation(table.Put, &in.Item, "item", nil)
	if err != nil {
		return nil, err
	}
	return s.write(&in.writeInput, m)
}

func (s *Service) updateItem(_ context.Context, in *updateItemInput) (*writeOutput, error) {
	m, err := in.mutation(table.Update, &in.Key, "key", in.UpdateExpression)
	if err != nil {
		return nil, err
	}
	return s.write(&in.writeInput, m)
}

func (s *Service) deleteItem(_ context.Context, in *deleteItemInput) (*writeOutput, error) {
	m, err := in.mutation(table.Delete, &in.Key, "key", nil)
	if err != nil {
		return nil, err
	}
	return s.write(&in.writeInput, m)
}

// mutation checks the request and makes a mutation of it; member is what the item or key is called in messages.
func (in *writeInput) mutation(kind table.Kind, item *attributes, member string, update *string) (table.Mutation, error) {
	var c constraints
	c.requireTable(in.TableName)
	c.required(item.Map != nil, member)
	c.oneOf(in.ReturnValues, "returnValues", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
	c.oneOf(in.ReturnValuesOnConditionCheckFailure, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
	in.constrain(&c)
	if err := c.err(); err != nil {
		return table.Mutation{}, err
	}
	if err := in.legacy.refuse(); err != nil {
		return table.Mutation{}, err
	}
	if err := in.metrics.refuse(); err != nil {
		return table.Mutation{}, err
	}
	if err := item.check(); err != nil {
		return table.Mutation{}, err
	}
	if kind != table.Update && in.ReturnValues != "" && in.ReturnValues != "ALL_OLD" && in.ReturnValues != "NONE" {
		return table.Mutation{}, invalid.Errorf("ReturnValues can only be ALL_OLD or NONE")
	}
	return in.parse(kind, item.Map, update)
}

func (in *writeInput) parse(kind table.Kind, item attribute.Map, update *string) (table.Mutation, error) {
	e := expressions{
		ConditionExpression: in.ConditionExpression, UpdateExpression: update,
		ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
	}
	takesValues := []string{"ConditionExpression"}
	if kind == table.Update {
		takesValues = []string{"UpdateExpression", "ConditionExpression"}
	}
	p, err := e.parse(takesValues...)
	if err != nil {
		return table.Mutation{}, err
	}
	return table.Mutation{Kind: kind, Item: item, Condition: p.condition, Update: p.update}, nil
}

func (s *Service) write(in *writeInput, m table.Mutation) (*writeOutput, error) {
	d, err := s.tables.table(in.TableName)
	if err != nil {
		return nil, err
	}
	change, err := d.Apply(m)
	if err != nil {
		return nil, conditionFailed(err, in.ReturnValuesOnConditionCheckFailure)
	}
	return &writeOutput{
		Attributes:       returned(in.ReturnValues, change, m),
		ConsumedCapacity: in.capacity(d.Name, writeUnits(change)),
	}, nil
}

// returned picks the attributes that ReturnValues asks for.
func returned(returnValues string, change table.Change, m table.Mutation) attribute.Map {
	switch returnValues {
	case "ALL_OLD":
		return change.Old
	case "ALL_NEW":
		return change.New
	case "UPDATED_OLD":
		return updatedPart(m, change.Old)
	case "UPDATED_NEW":
		return updatedPart(m, change.New)
	}
	return nil
}

func updatedPart(m table.Mutation, item attribute.Map) attribute.Map {
	if m.Update == nil || item == nil {
		return nil
	}
	if part := m.Update.Updated().Apply(item); len(part) > 0 {
		return part
	}
	return nil
}
