package dynamotable

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encode is the item of a value: its JSON's members. The SDK's own encoder
// would need the SDK's types in the domain to write exact numbers.
func encode(value any) (Item, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var read any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		return nil, err
	}
	object, is := attribute(read).(*types.AttributeValueMemberM)
	if !is {
		return nil, fmt.Errorf("the JSON of %T is no object", value)
	}
	return object.Value, nil
}

// attribute is what encoding/json has read as an attribute; nil for null.
func attribute(read any) types.AttributeValue {
	switch v := read.(type) {
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case json.Number:
		return &types.AttributeValueMemberN{Value: v.String()}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case []any:
		list := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
		for _, element := range v {
			if a := attribute(element); a != nil {
				list.Value = append(list.Value, a)
			}
		}
		return list
	case map[string]any:
		object := &types.AttributeValueMemberM{Value: Item{}}
		for name, member := range v {
			if a := attribute(member); a != nil {
				object.Value[name] = a
			}
		}
		return object
	}
	return nil
}

// decode reads the value from an item that encode made. Whatever else is in it
// is ignored, if JSON has it.
func decode[T any](item Item) (value T, err error) {
	text, err := json.Marshal(members(item))
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	return value, err
}

var errKind = errors.New("an attribute is of a kind that JSON does not have")

// kept marshals as the attribute's JSON.
type kept struct{ types.AttributeValue }

func (k kept) MarshalJSON() ([]byte, error) {
	switch v := k.AttributeValue.(type) {
	case *types.AttributeValueMemberS:
		return json.Marshal(v.Value)
	case *types.AttributeValueMemberN:
		return json.Marshal(json.Number(v.Value))
	case *types.AttributeValueMemberBOOL:
		return json.Marshal(v.Value)
	case *types.AttributeValueMemberNULL:
		return []byte("null"), nil
	case *types.AttributeValueMemberL:
		list := make([]kept, len(v.Value))
		for i, element := range v.Value {
			list[i] = kept{element}
		}
		return json.Marshal(list)
	case *types.AttributeValueMemberM:
		return json.Marshal(members(v.Value))
	}
	return nil, fmt.Errorf("%w: %T", errKind, k.AttributeValue)
}

func members(item Item) map[string]kept {
	object := make(map[string]kept, len(item))
	for name, value := range item {
		object[name] = kept{value}
	}
	return object
}
