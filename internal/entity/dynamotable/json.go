package dynamotable

import (
	"bytes"
	"encoding/json"
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
	object, is := read.(map[string]any)
	if !is {
		return nil, fmt.Errorf("the JSON of %T is no object", value)
	}
	return attributes(object), nil
}

// attribute is what encoding/json has read as an attribute.
func attribute(read any) types.AttributeValue {
	switch v := read.(type) {
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case json.Number:
		return &types.AttributeValueMemberN{Value: v.String()}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case []any:
		list := make([]types.AttributeValue, len(v))
		for i, element := range v {
			list[i] = attribute(element)
		}
		return &types.AttributeValueMemberL{Value: list}
	case map[string]any:
		return &types.AttributeValueMemberM{Value: attributes(v)}
	}
	return &types.AttributeValueMemberNULL{Value: true}
}

func attributes(object map[string]any) Item {
	item := make(Item, len(object))
	for name, member := range object {
		item[name] = attribute(member)
	}
	return item
}

// decode reads the value from an item that encode made. Whatever else is in it
// is ignored.
func decode[T any](item Item) (value T, err error) {
	err = json.Unmarshal(appendObject(nil, item, isOwn), &value)
	return value, err
}

// appendObject appends the JSON of attributes, all but those that are left out.
func appendObject(text []byte, item Item, leftOut func(name string) bool) []byte {
	text = append(text, '{')
	for name, value := range item {
		if leftOut(name) {
			continue
		}
		if text[len(text)-1] != '{' {
			text = append(text, ',')
		}
		text = append(appendString(text, name), ':')
		text = appendAttribute(text, value)
	}
	return append(text, '}')
}

// noMember is JSON that the members of values don't take: not even for lists
// and objects are there lists in a list. A member that ought to be read from an
// attribute of a kind that JSON does not have is an error by that, while one
// that the value does not have is ignored.
const noMember = "[[]]"

func appendAttribute(text []byte, value types.AttributeValue) []byte {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return appendString(text, v.Value)
	case *types.AttributeValueMemberN:
		return append(text, v.Value...) // DynamoDB's numbers are JSON's.
	case *types.AttributeValueMemberBOOL:
		return fmt.Append(text, v.Value)
	case *types.AttributeValueMemberNULL:
		return append(text, "null"...)
	case *types.AttributeValueMemberL:
		text = append(text, '[')
		for i, element := range v.Value {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendAttribute(text, element)
		}
		return append(text, ']')
	case *types.AttributeValueMemberM:
		return appendObject(text, v.Value, func(string) bool { return false })
	}
	return append(text, noMember...)
}

func appendString(text []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil { // encoding/json has no error for strings.
		return append(text, noMember...)
	}
	return append(text, quoted...)
}
