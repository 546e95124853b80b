package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/iam"
)

type transactGetInput struct {
	TransactItems          []transactGetItem
	ReturnConsumedCapacity string
}

type transactGetItem struct{ Get *transactGet }

type transactGet struct {
	Key                      attributes
	TableName                string
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string

	wanted *expression.Projection // set by check
	table  *definition            // set by resolve
}

type transactGetOutput struct {
	Responses        []transactResponse
	ConsumedCapacity []consumed `json:",omitempty"`
}

type transactResponse struct {
	Item attribute.Map `json:",omitzero"`
}

func (s *Service) transactGetAccess(_ context.Context, in *transactGetInput) ([]iam.Access, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	accesses := make([]iam.Access, len(in.TransactItems))
	for i, item := range in.TransactItems {
		accesses[i] = s.onItems("dynamodb:GetItem", item.Get.TableName, item.Get.Key.Map)
	}
	return accesses, nil
}

func (in *transactGetInput) check() error {
	var c constraints
	c.oneOf(in.ReturnConsumedCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	checkTransactLength(&c, len(in.TransactItems))
	for _, item := range in.TransactItems {
		c.required(item.Get != nil, "transactItems.1.member.get")
		if item.Get != nil {
			c.requireTable(item.Get.TableName)
			c.required(item.Get.Key.Map != nil, "transactItems.1.member.get.key")
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	for _, item := range in.TransactItems {
		if err := item.Get.check(); err != nil {
			return err
		}
	}
	return nil
}

func (g *transactGet) check() error {
	if err := g.Key.check(); err != nil {
		return err
	}
	e := expressions{ProjectionExpression: g.ProjectionExpression, ExpressionAttributeNames: g.ExpressionAttributeNames}
	p, err := e.parse()
	if err != nil {
		return err
	}
	g.wanted = p.projection
	return nil
}

func (s *Service) transactGet(_ context.Context, in *transactGetInput) (*transactGetOutput, error) {
	tables, err := s.resolve(in)
	if err != nil {
		return nil, err
	}
	items := make([]attribute.Map, len(in.TransactItems))
	table.Snapshot(tables, func() {
		for i, item := range in.TransactItems {
			items[i] = item.Get.table.Peek(item.Get.Key.Map)
		}
	})
	out := &transactGetOutput{Responses: make([]transactResponse, len(items))}
	spent := map[string]float64{}
	for i, item := range items {
		get := in.TransactItems[i].Get
		if out.Responses[i].Item, err = projected(get.table, item, get.wanted); err != nil {
			return nil, err
		}
		spent[get.table.Name] += 2 * readUnits(attribute.ItemSize(item), true)
	}
	m := metrics{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	out.ConsumedCapacity = m.capacities(spent)
	return out, nil
}

// resolve finds the tables of the transaction and checks its keys.
func (s *Service) resolve(in *transactGetInput) ([]*table.Table, error) {
	var tables []*table.Table
	failures, failed, seen := make([]error, len(in.TransactItems)), false, map[string]bool{}
	for i, item := range in.TransactItems {
		d, err := s.tables.table(item.Get.TableName)
		if err != nil {
			return nil, err
		}
		item.Get.table = d
		tables = append(tables, d.Table)
		if failures[i] = d.CheckKey(item.Get.Key.Map); failures[i] != nil {
			failed = true
			continue
		}
		id := identity(d, item.Get.Key.Map)
		if seen[id] {
			return nil, invalid.Errorf("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
	}
	if failed {
		return nil, cancelled(failures, func(int) bool { return false })
	}
	return tables, nil
}
