package dynamotable

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
)

// Change implements entity.Store: it reads, and writes on the condition that
// the version is still that which it read. Whoever is too late reads what
// the condition failed on. Attributes that the value does not have, those of a
// newer program for example, stay as they are.
func (t *Table[K, T]) Change(ctx context.Context, key K, decide entity.Decision[T]) (T, bool, error) {
	item, err := t.get(ctx, key)
	if err != nil {
		return *new(T), false, err
	}
	for {
		stands, err := t.Decode(item)
		if err != nil {
			return stands, false, err
		}
		next, announces, changed, err := decide(stands)
		if err != nil || !changed {
			return stands, false, err
		}
		later, err := t.replace(ctx, key, item, stands, next, announces)
		if err != nil {
			return stands, false, err
		}
		if later == nil {
			return next, true, nil
		}
		if announced(later, announces) { // The answer got lost, and the SDK tried again.
			stands, err = t.Decode(later)
			return stands, err == nil, err
		}
		item = later
	}
}

// replace writes a value in the place of the one that stands as the item, or
// returns the item that stands there meanwhile.
func (t *Table[K, T]) replace(ctx context.Context, key K, item Item, stands, next T, announces *event.Pending) (later Item, err error) {
	update, err := t.update(key, item, stands, next, announces)
	if err != nil {
		return nil, err
	}
	_, err = t.api.UpdateItem(ctx, update)
	if err == nil {
		return nil, nil
	}
	later, failed := ConditionFailed(err)
	if failed && len(later) == 0 {
		err = entity.ErrNotFound
	}
	if !failed || len(later) == 0 {
		return nil, fmt.Errorf("updating %v in %s: %w", key, t.name, err)
	}
	return later, nil
}

// update writes the attributes of a value and removes those that only the one
// before it has, if the item's version stands.
func (t *Table[K, T]) update(key K, item Item, stands, next T, announces *event.Pending) (*dynamodb.UpdateItemInput, error) {
	if next.Key() != key {
		return nil, fmt.Errorf("updating %v in %s as %v: %w", key, t.name, next.Key(), entity.ErrKey)
	}
	at, err := t.keyOf(key)
	if err != nil {
		return nil, err
	}
	before, err := t.encode(stands, nil)
	if err != nil {
		return nil, err
	}
	set, err := t.encode(next, announces)
	if err != nil {
		return nil, err
	}
	in := &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: at,
		ExpressionAttributeNames:            map[string]string{"#version": versionName},
		ExpressionAttributeValues:           Item{},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if set[versionName], err = t.countUp(item, in); err != nil {
		return nil, fmt.Errorf("updating %v in %s: %w", key, t.name, err)
	}
	delete(set, t.key)
	maps.DeleteFunc(before, func(name string, _ types.AttributeValue) bool { return set[name] != nil || name == t.key })
	in.UpdateExpression = aws.String(assignments(set, in) + removals(before, in))
	return in, nil
}

// countUp has the update ask for the item's version, and returns the next one.
func (t *Table[K, T]) countUp(item Item, in *dynamodb.UpdateItemInput) (types.AttributeValue, error) {
	version := 0
	switch stands := item[versionName].(type) {
	case nil:
		in.ConditionExpression = aws.String("attribute_exists(#key) AND attribute_not_exists(#version)")
		in.ExpressionAttributeNames["#key"] = t.key
	case *types.AttributeValueMemberN:
		var err error
		if version, err = strconv.Atoi(stands.Value); err != nil {
			return nil, fmt.Errorf("reading the %s: %w", versionName, err)
		}
		in.ConditionExpression = aws.String("#version = :version")
		in.ExpressionAttributeValues[":version"] = stands
	default:
		return nil, fmt.Errorf("the %s is %T, want a number", versionName, stands)
	}
	return &types.AttributeValueMemberN{Value: strconv.Itoa(version + 1)}, nil
}

// assignments is the clause that sets attributes, by names and values that it
// adds to the update: any attribute may have a name that is reserved.
func assignments(set Item, in *dynamodb.UpdateItemInput) string {
	var list []string
	for i, name := range slices.Sorted(maps.Keys(set)) {
		n := strconv.Itoa(i)
		in.ExpressionAttributeNames["#"+n] = name
		in.ExpressionAttributeValues[":"+n] = set[name]
		list = append(list, "#"+n+" = :"+n)
	}
	return "SET " + strings.Join(list, ", ")
}

// removals is the clause that removes attributes, or "" for none.
func removals(removed Item, in *dynamodb.UpdateItemInput) string {
	var list []string
	for i, name := range slices.Sorted(maps.Keys(removed)) {
		placeholder := "#removed" + strconv.Itoa(i)
		in.ExpressionAttributeNames[placeholder] = name
		list = append(list, placeholder)
	}
	if list == nil {
		return ""
	}
	return " REMOVE " + strings.Join(list, ", ")
}
