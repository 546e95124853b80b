package dynamostore

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
)

const (
	idName      = "id"
	amountName  = "amount"
	statusName  = "status"
	createdName = "createdAt"
	updatedName = "updatedAt"
	historyName = "history"
	atName      = "at"
)

type item = map[string]types.AttributeValue

func encode(o order.Order) item {
	return item{
		idName:      number(strconv.FormatInt(int64(o.ID), 10)),
		amountName:  number(o.Amount.String()),
		statusName:  text(string(o.Status)),
		createdName: timestamp(o.Created),
		updatedName: timestamp(o.Updated),
		historyName: history(o.History...),
	}
}

func key(id order.ID) item {
	return item{idName: number(strconv.FormatInt(int64(id), 10))}
}

func history(changes ...order.Change) types.AttributeValue {
	list := make([]types.AttributeValue, len(changes))
	for i, c := range changes {
		list[i] = &types.AttributeValueMemberM{Value: item{
			statusName: text(string(c.Status)),
			atName:     timestamp(c.At),
		}}
	}
	return &types.AttributeValueMemberL{Value: list}
}

func number(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func timestamp(t time.Time) types.AttributeValue { return text(t.UTC().Format(event.TimeFormat)) }

// decode reads an item. Attributes it does not know are ignored; one that is
// missing or of another type is an error.
func decode(from item) (order.Order, error) {
	var o order.Order
	errs := []error{
		readNumber(from, idName, func(s string) (err error) { o.ID, err = order.ParseID(s); return }),
		readNumber(from, amountName, func(s string) (err error) { o.Amount, err = money.ParsePrice(s); return }),
		readStatus(from, &o.Status),
		readTime(from, createdName, &o.Created),
		readTime(from, updatedName, &o.Updated),
		readHistory(from, &o.History),
	}
	if err := errors.Join(errs...); err != nil {
		return order.Order{}, err
	}
	return o, nil
}

func readNumber(from item, name string, parse func(string) error) error {
	n, ok := from[name].(*types.AttributeValueMemberN)
	if !ok {
		return fmt.Errorf("attribute %s is %T, want a number", name, from[name])
	}
	if err := parse(n.Value); err != nil {
		return fmt.Errorf("attribute %s: %w", name, err)
	}
	return nil
}

func readText(from item, name string) (string, error) {
	s, ok := from[name].(*types.AttributeValueMemberS)
	if !ok {
		return "", fmt.Errorf("attribute %s is %T, want a string", name, from[name])
	}
	return s.Value, nil
}

func readStatus(from item, to *order.Status) error {
	s, err := readText(from, statusName)
	if err != nil {
		return err
	}
	*to = order.Status(s)
	if !to.Valid() {
		return fmt.Errorf("attribute %s is %q, which is no order's status", statusName, s)
	}
	return nil
}

func readTime(from item, name string, to *time.Time) error {
	s, err := readText(from, name)
	if err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return fmt.Errorf("attribute %s: %w", name, err)
	}
	*to = order.Instant(t)
	return nil
}

func readHistory(from item, to *[]order.Change) error {
	list, ok := from[historyName].(*types.AttributeValueMemberL)
	if !ok {
		return fmt.Errorf("attribute %s is %T, want a list", historyName, from[historyName])
	}
	for i, entry := range list.Value {
		m, ok := entry.(*types.AttributeValueMemberM)
		if !ok {
			return fmt.Errorf("attribute %s[%d] is %T, want a map", historyName, i, entry)
		}
		var c order.Change
		if err := errors.Join(readStatus(m.Value, &c.Status), readTime(m.Value, atName, &c.At)); err != nil {
			return fmt.Errorf("attribute %s[%d]: %w", historyName, i, err)
		}
		*to = append(*to, c)
	}
	return nil
}
