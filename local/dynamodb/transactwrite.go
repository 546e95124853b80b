package dynamodb

import (
	"context"
	"fmt"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/iam"
)

// Limits of transactions.
const (
	maxTransactItems = 100
	maxTransactBytes = 4 << 20
)

type transactWriteInput struct {
	TransactItems      []transactWriteItem
	ClientRequestToken string
	metrics
}

type transactWriteItem struct {
	Put            *transactStep
	Update         *transactStep
	Delete         *transactStep
	ConditionCheck *transactStep
}

// transactStep has the members of Put, Update, Delete and ConditionCheck, of which each takes some.
type transactStep struct {
	Item                                attributes
	Key                                 attributes
	TableName                           string
	UpdateExpression                    *string
	ConditionExpression                 *string
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           attributes
	ReturnValuesOnConditionCheckFailure string
}

type transactWriteOutput struct {
	ConsumedCapacity []consumed `json:",omitempty"`
}

// step returns what the item of the transaction does: its kind, the IAM action, its parameters.
func (i *transactWriteItem) step() (kind table.Kind, action string, step *transactStep) {
	switch {
	case i.Put != nil:
		return table.Put, "dynamodb:PutItem", i.Put
	case i.Update != nil:
		return table.Update, "dynamodb:UpdateItem", i.Update
	case i.Delete != nil:
		return table.Delete, "dynamodb:DeleteItem", i.Delete
	}
	return table.Check, "dynamodb:ConditionCheckItem", i.ConditionCheck
}

func (i *transactWriteItem) count() int {
	n := 0
	for _, step := range []*transactStep{i.Put, i.Update, i.Delete, i.ConditionCheck} {
		if step != nil {
			n++
		}
	}
	return n
}

// target is the item that is put, or the key of any other.
func (s *transactStep) target(kind table.Kind) *attributes {
	if kind == table.Put {
		return &s.Item
	}
	return &s.Key
}

func (s *Service) transactWriteAccess(_ context.Context, in *transactWriteInput) ([]iam.Access, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	accesses := make([]iam.Access, len(in.TransactItems))
	for i := range in.TransactItems {
		kind, action, step := in.TransactItems[i].step()
		accesses[i] = s.onItems(action, step.TableName, step.target(kind).Map)
	}
	return accesses, nil
}

func (in *transactWriteInput) check() error {
	var c constraints
	in.constrain(&c)
	checkTransactLength(&c, len(in.TransactItems))
	if len(in.ClientRequestToken) > 36 {
		c.fail("'"+in.ClientRequestToken+"'", "clientRequestToken", "Member must have length less than or equal to 36")
	}
	if err := c.err(); err != nil {
		return err
	}
	for i := range in.TransactItems {
		if in.TransactItems[i].count() != 1 {
			return invalid.Errorf("TransactItems can only contain one of Check, Put, Update or Delete")
		}
		kind, _, step := in.TransactItems[i].step()
		if err := step.check(kind, fmt.Sprintf("transactItems.%d.member", i+1)); err != nil {
			return err
		}
	}
	return in.refuse()
}

func checkTransactLength(c *constraints, items int) {
	if items == 0 {
		c.fail("'[]'", "transactItems", "Member must have length greater than or equal to 1")
	}
	if items > maxTransactItems {
		c.fail("'[…]'", "transactItems", fmt.Sprintf("Member must have length less than or equal to %d", maxTransactItems))
	}
}

func (s *transactStep) check(kind table.Kind, member string) error {
	names := map[table.Kind]string{table.Put: "put", table.Update: "update", table.Delete: "delete", table.Check: "conditionCheck"}
	member += "." + names[kind]
	var c constraints
	c.requireTable(s.TableName)
	c.oneOf(s.ReturnValuesOnConditionCheckFailure, member+".returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
	other := s.Item
	if kind == table.Put {
		other = s.Key
		c.required(s.Item.Map != nil, member+".item")
	} else {
		c.required(s.Key.Map != nil, member+".key")
	}
	if kind == table.Update {
		c.required(s.UpdateExpression != nil, member+".updateExpression")
	}
	if kind == table.Check {
		c.required(s.ConditionExpression != nil, member+".conditionExpression")
	}
	if err := c.err(); err != nil {
		return err
	}
	if other.Map != nil || kind != table.Update && s.UpdateExpression != nil {
		return invalid.Errorf("%s has a member that it does not take: Item belongs to Put, Key to the others, UpdateExpression to Update", names[kind])
	}
	return s.target(kind).check()
}

func (s *Service) transactWrite(_ context.Context, in *transactWriteInput) (*transactWriteOutput, error) {
	return s.tokens.once(in, func() (*transactWriteOutput, error) {
		steps, err := s.steps(in)
		if err != nil {
			return nil, err
		}
		changes, failures, err := table.Transact(steps)
		if err != nil {
			return nil, err
		}
		if changes == nil {
			return nil, cancelled(failures, func(i int) bool {
				_, _, step := in.TransactItems[i].step()
				return step.ReturnValuesOnConditionCheckFailure == "ALL_OLD"
			})
		}
		spent := map[string]float64{}
		for i, c := range changes {
			spent[steps[i].Table.Name] += 2 * writeUnits(c)
		}
		return &transactWriteOutput{in.capacities(spent)}, nil
	})
}

// steps makes the steps of the transaction and checks them.
func (s *Service) steps(in *transactWriteInput) ([]table.Step, error) {
	steps, failures := make([]table.Step, len(in.TransactItems)), make([]error, len(in.TransactItems))
	size, failed := 0, false
	for i := range in.TransactItems {
		kind, _, item := in.TransactItems[i].step()
		d, err := s.tables.table(item.TableName)
		if err != nil {
			return nil, err
		}
		m, err := item.mutation(kind)
		if err != nil {
			return nil, err
		}
		failures[i] = d.Validate(m)
		failed = failed || failures[i] != nil
		size += attribute.ItemSize(m.Item)
		steps[i] = table.Step{Table: d.Table, Mutation: m}
	}
	if failed {
		return nil, cancelled(failures, func(int) bool { return false })
	}
	if size > maxTransactBytes {
		return nil, invalid.Errorf("Transaction request size has exceeded the maximum allowed size of 4 MB")
	}
	return steps, distinct(steps)
}

func distinct(steps []table.Step) error {
	seen := map[string]bool{}
	for _, step := range steps {
		id := step.Table.Name + string(step.Table.KeyOf(step.Mutation.Item).AppendJSON(nil))
		if seen[id] {
			return invalid.Errorf("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
	}
	return nil
}

func (s *transactStep) mutation(kind table.Kind) (table.Mutation, error) {
	in := writeInput{
		ConditionExpression: s.ConditionExpression, ExpressionAttributeNames: s.ExpressionAttributeNames,
		ExpressionAttributeValues: s.ExpressionAttributeValues,
	}
	return in.parse(kind, s.target(kind).Map, s.UpdateExpression)
}
