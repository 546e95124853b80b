package dynamodb

import (
	"context"
	"maps"
	"slices"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/iam"
)

// Limits of a BatchGetItem: keys, and bytes of items in one answer.
const (
	maxBatchGet      = 100
	maxBatchGetBytes = 16 << 20
)

type batchGetInput struct {
	RequestItems           map[string]*batchKeys
	ReturnConsumedCapacity string
}

type batchKeys struct {
	Keys                     []attributes
	ConsistentRead           bool
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
	legacy

	projection *expression.Projection // set by check
}

type batchGetOutput struct {
	Responses        map[string][]attribute.Map
	UnprocessedKeys  map[string]unprocessedKeys
	ConsumedCapacity []consumed `json:",omitempty"`
}

type unprocessedKeys struct {
	Keys                     []attribute.Map
	ConsistentRead           bool              `json:",omitempty"`
	ProjectionExpression     *string           `json:",omitempty"`
	ExpressionAttributeNames map[string]string `json:",omitempty"`
}

func (s *Service) batchGetAccess(_ context.Context, in *batchGetInput) ([]iam.Access, error) {
	var accesses []iam.Access
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		accesses = append(accesses, s.onItems("dynamodb:BatchGetItem", name, in.RequestItems[name].all()...))
	}
	return accesses, nil
}

func (k *batchKeys) all() []attribute.Map {
	if k == nil {
		return nil
	}
	out := make([]attribute.Map, len(k.Keys))
	for i, key := range k.Keys {
		out[i] = key.Map
	}
	return out
}

func (in *batchGetInput) check() error {
	var c constraints
	c.oneOf(in.ReturnConsumedCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if len(in.RequestItems) == 0 {
		c.fail("'{}'", "requestItems", "Member must have length greater than or equal to 1")
	}
	total := 0
	for name, keys := range in.RequestItems {
		c.requireTable(name)
		if keys == nil || len(keys.Keys) == 0 {
			c.fail("'[]'", "requestItems."+name+".member.keys", "Member must have length greater than or equal to 1")
			continue
		}
		total += len(keys.Keys)
	}
	if err := c.err(); err != nil {
		return err
	}
	if total > maxBatchGet {
		return invalid.Errorf("Too many items requested for the BatchGetItem call")
	}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		if err := in.RequestItems[name].check(); err != nil {
			return err
		}
	}
	return nil
}

func (k *batchKeys) check() error {
	if err := k.refuse(); err != nil {
		return err
	}
	e := expressions{ProjectionExpression: k.ProjectionExpression, ExpressionAttributeNames: k.ExpressionAttributeNames}
	p, err := e.parse()
	if err != nil {
		return err
	}
	k.projection = p.projection
	seen := map[string]bool{}
	for _, key := range k.Keys {
		if err := key.check(); err != nil {
			return err
		}
		id := string(key.AppendJSON(nil))
		if seen[id] {
			return invalid.Errorf("Provided list of item keys contains duplicates")
		}
		seen[id] = true
	}
	return nil
}

func (s *Service) batchGet(_ context.Context, in *batchGetInput) (*batchGetOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &batchGetOutput{Responses: map[string][]attribute.Map{}, UnprocessedKeys: map[string]unprocessedKeys{}}
	left, spent := maxBatchGetBytes, map[string]float64{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		d, err := s.tables.table(name)
		if err != nil {
			return nil, err
		}
		if err := in.RequestItems[name].get(d, name, out, &left, spent); err != nil {
			return nil, err
		}
	}
	m := metrics{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	out.ConsumedCapacity = m.capacities(spent)
	return out, nil
}

// get reads the items of one table for as long as there are bytes left in the answer.
func (k *batchKeys) get(d *definition, name string, out *batchGetOutput, left *int, spent map[string]float64) error {
	out.Responses[name] = []attribute.Map{}
	for i, key := range k.Keys {
		item, err := d.Get(key.Map)
		if err != nil {
			return err
		}
		size := attribute.ItemSize(item)
		if size > *left {
			*left = 0
			out.UnprocessedKeys[name] = unprocessedKeys{k.all()[i:], k.ConsistentRead, k.ProjectionExpression, k.ExpressionAttributeNames}
			return nil
		}
		*left -= size
		spent[d.Name] += readUnits(size, k.ConsistentRead)
		part, err := projected(d, item, k.projection)
		if err != nil {
			return err
		}
		if part != nil {
			out.Responses[name] = append(out.Responses[name], part)
		}
	}
	return nil
}
