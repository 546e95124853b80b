package dynamotable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encode is the item of a value: its JSON's members. The SDK's own encoder
// would need the SDK's types in the domain to write exact numbers.
func encode(value any) (Item, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil || members == nil {
		return nil, fmt.Errorf("the JSON of %T is no object", value)
	}
	return object(members), nil
}

func object(members map[string]any) Item {
	item := Item{}
	for name, member := range members {
		item[name] = attribute(member)
	}
	return item
}

// attribute is what encoding/json has read, with numbers as they were spelled.
func attribute(read any) types.AttributeValue {
	switch v := read.(type) {
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case json.Number:
		return &types.AttributeValueMemberN{Value: v.String()}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case map[string]any:
		return &types.AttributeValueMemberM{Value: object(v)}
	case []any:
		list := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
		for _, element := range v {
			list.Value = append(list.Value, attribute(element))
		}
		return list
	}
	return &types.AttributeValueMemberNULL{Value: true}
}

// decode reads the value from an item that encode made. Whatever else is in it
// is ignored.
func decode[T any](item Item) (value T, err error) {
	members := plainObject(item)
	maps.DeleteFunc(members, func(name string, _ any) bool { return isOwn(name) })
	text, err := json.Marshal(members)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	return value, err
}

func plainObject(item Item) map[string]any {
	members := make(map[string]any, len(item))
	for name, value := range item {
		members[name] = plain(value)
	}
	return members
}

// noMember is what the members of values don't take: not even for lists and
// objects are there lists in a list. A member that ought to be read from an
// attribute of a kind that JSON does not have is an error by that, while one
// that the value does not have is ignored.
var noMember = []any{[]any{}}

// plain is an attribute as encoding/json takes it.
func plain(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return json.Number(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberNULL:
		return nil
	case *types.AttributeValueMemberM:
		return plainObject(v.Value)
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, element := range v.Value {
			list[i] = plain(element)
		}
		return list
	}
	return noMember
}
