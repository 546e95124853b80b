package dynamodb

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/iam"
)

// maxBatchWrite is the limit of writes in a BatchWriteItem.
const maxBatchWrite = 25

type batchWriteInput struct {
	RequestItems map[string][]writeRequest
	metrics
}

type writeRequest struct {
	PutRequest    *putRequest
	DeleteRequest *deleteRequest
}

type putRequest struct{ Item attributes }

type deleteRequest struct{ Key attributes }

type batchWriteOutput struct {
	UnprocessedItems map[string]any // always empty: nothing is throttled here
	ConsumedCapacity []consumed     `json:",omitempty"`
}

func (s *Service) batchWriteAccess(_ context.Context, in *batchWriteInput) ([]iam.Access, error) {
	var accesses []iam.Access
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		var items []attribute.Map
		for _, r := range in.RequestItems[name] {
			items = append(items, r.item().Map)
		}
		accesses = append(accesses, s.onItems("dynamodb:BatchWriteItem", name, items...))
	}
	return accesses, nil
}

// item is what is put, or the key of what is deleted.
func (r *writeRequest) item() *attributes {
	switch {
	case r.PutRequest != nil:
		return &r.PutRequest.Item
	case r.DeleteRequest != nil:
		return &r.DeleteRequest.Key
	}
	return &attributes{}
}

func (r *writeRequest) mutation() table.Mutation {
	kind := table.Put
	if r.DeleteRequest != nil {
		kind = table.Delete
	}
	return table.Mutation{Kind: kind, Item: r.item().Map}
}

func (in *batchWriteInput) check() error {
	var c constraints
	in.constrain(&c)
	if len(in.RequestItems) == 0 {
		c.fail("'{}'", "requestItems", "Member must have length greater than or equal to 1")
	}
	total := 0
	for name, requests := range in.RequestItems {
		c.requireTable(name)
		if len(requests) == 0 {
			c.fail("'{"+name+"=[]}'", "requestItems", "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]")
		}
		total += len(requests)
	}
	if err := c.err(); err != nil {
		return err
	}
	if total > maxBatchWrite {
		return invalid.Errorf("Too many items requested for the BatchWriteItem call")
	}
	if err := in.refuse(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		for i, r := range in.RequestItems[name] {
			if err := r.check(fmt.Sprintf("requestItems.%s.member.%d", name, i+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *writeRequest) check(member string) error {
	if (r.PutRequest == nil) == (r.DeleteRequest == nil) {
		return invalid.Errorf("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	var c constraints
	if r.PutRequest != nil {
		c.required(r.item().Map != nil, member+".member.putRequest.item")
	} else {
		c.required(r.item().Map != nil, member+".member.deleteRequest.key")
	}
	if err := c.err(); err != nil {
		return err
	}
	return r.item().check()
}

// batchWrite checks all writes before it carries out the first.
func (s *Service) batchWrite(_ context.Context, in *batchWriteInput) (*batchWriteOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var steps []table.Step
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		d, err := s.tables.table(name)
		if err != nil {
			return nil, err
		}
		for _, r := range in.RequestItems[name] {
			m := r.mutation()
			if err := d.Validate(m); err != nil {
				return nil, err
			}
			id := identity(d, m.Item)
			if seen[id] {
				return nil, invalid.Errorf("Provided list of item keys contains duplicates")
			}
			seen[id] = true
			steps = append(steps, table.Step{Table: d.Table, Mutation: m})
		}
	}
	return in.apply(steps)
}

// identity is the same for the same item of the same table.
func identity(d *definition, item attribute.Map) string {
	return d.Name + string(d.KeyOf(item).AppendJSON(nil))
}

func (in *batchWriteInput) apply(steps []table.Step) (*batchWriteOutput, error) {
	spent := map[string]float64{}
	for _, step := range steps {
		change, err := step.Table.Apply(step.Mutation)
		if err != nil {
			return nil, err
		}
		spent[step.Table.Name] += writeUnits(change)
	}
	return &batchWriteOutput{UnprocessedItems: map[string]any{}, ConsumedCapacity: in.capacities(spent)}, nil
}
