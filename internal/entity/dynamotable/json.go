package dynamotable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encode is the item of a value: its JSON's members. The SDK's own encoder
// would need the SDK's types in the domain to write exact numbers.
func encode(value any) (Item, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	if text[0] != '{' {
		return nil, fmt.Errorf("the JSON of %T is no object", value)
	}
	rest := written(text)
	return rest.object(), nil
}

// written is what is left of JSON that encoding/json has written, and so valid
// and without white space. To read it by what its next byte is takes a third of
// the time of reading it by encoding/json.
type written []byte

func (w *written) attribute() types.AttributeValue {
	switch next := (*w)[0]; next {
	case '"':
		return &types.AttributeValueMemberS{Value: w.text()}
	case '{':
		return &types.AttributeValueMemberM{Value: w.object()}
	case '[':
		return &types.AttributeValueMemberL{Value: w.list()}
	case 'n':
		w.literal()
		return &types.AttributeValueMemberNULL{Value: true}
	case 't', 'f':
		w.literal()
		return &types.AttributeValueMemberBOOL{Value: next == 't'}
	}
	return &types.AttributeValueMemberN{Value: w.literal()}
}

func (w *written) object() Item {
	item := Item{}
	for w.more('}') {
		name := w.text()
		w.skip() // the colon
		item[name] = w.attribute()
	}
	return item
}

func (w *written) list() []types.AttributeValue {
	list := []types.AttributeValue{}
	for w.more(']') {
		list = append(list, w.attribute())
	}
	return list
}

// more skips what is before the next element, or behind the last one.
func (w *written) more(end byte) bool {
	if next := (*w)[0]; next == '{' || next == '[' {
		w.skip()
		if (*w)[0] != end {
			return true
		}
	}
	skipped := (*w)[0]
	w.skip()
	return skipped != end
}

func (w *written) skip() { *w = (*w)[1:] }

// text reads a string.
func (w *written) text() string {
	end := 1
	for (*w)[end] != '"' {
		if (*w)[end] == '\\' {
			end++
		}
		end++
	}
	quoted := (*w)[:end+1]
	*w = (*w)[end+1:]
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:end])
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		panic(err) // encoding/json has written it.
	}
	return s
}

// literal reads a number, true, false or null.
func (w *written) literal() string {
	end := bytes.IndexAny(*w, ",]}")
	s := string((*w)[:end])
	*w = (*w)[end:]
	return s
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
	if !strings.ContainsFunc(s, needsCare) {
		return append(append(append(text, '"'), s...), '"')
	}
	quoted, err := json.Marshal(s)
	if err != nil { // encoding/json has no error for strings.
		return append(text, noMember...)
	}
	return append(text, quoted...)
}

// needsCare reports whether JSON may spell a character otherwise than as itself.
func needsCare(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
