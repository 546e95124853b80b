// Package attribute holds DynamoDB attribute values: their JSON form on the wire, their sizes, their equality and order.
//
// Values are immutable once decoded, so that items, index entries and stream records can share them.
// The wire format is specified in the DynamoDB API reference, data type AttributeValue
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html).
package attribute

// Type names a data type as the wire does.
type Type string

// The data types of DynamoDB.
const (
	TypeS    Type = "S"
	TypeN    Type = "N"
	TypeB    Type = "B"
	TypeBOOL Type = "BOOL"
	TypeNULL Type = "NULL"
	TypeM    Type = "M"
	TypeL    Type = "L"
	TypeSS   Type = "SS"
	TypeNS   Type = "NS"
	TypeBS   Type = "BS"
)

// MaxDepth is how deep lists and maps may be nested.
const MaxDepth = 32

// Value is one attribute value. The only implementations are the types of this package.
type Value interface {
	// Type tells the data type.
	Type() Type
	// size is the storage size in bytes, see ItemSize.
	size() int
	// appendJSON appends the value in its wire form.
	appendJSON(to []byte) []byte
	// appendBinary appends the value in its binary form, see AppendBinary.
	appendBinary(to []byte) []byte
}

type (
	// String is a value of type S.
	String string
	// Binary is a value of type B: the bytes themselves, not their base64 form.
	Binary string
	// Bool is a value of type BOOL.
	Bool bool
	// Null is the value of type NULL.
	Null struct{}
	// List is a value of type L.
	List []Value
	// Map is a value of type M, and also an item or a key.
	Map map[string]Value
	// StringSet is a value of type SS: not empty, without duplicates, in no particular order.
	StringSet []String
	// NumberSet is a value of type NS: not empty, without duplicates, in no particular order.
	NumberSet []Number
	// BinarySet is a value of type BS: not empty, without duplicates, in no particular order.
	BinarySet []Binary
)

func (String) Type() Type    { return TypeS }
func (Number) Type() Type    { return TypeN }
func (Binary) Type() Type    { return TypeB }
func (Bool) Type() Type      { return TypeBOOL }
func (Null) Type() Type      { return TypeNULL }
func (List) Type() Type      { return TypeL }
func (Map) Type() Type       { return TypeM }
func (StringSet) Type() Type { return TypeSS }
func (NumberSet) Type() Type { return TypeNS }
func (BinarySet) Type() Type { return TypeBS }

// Elements lists the members of a set as values; ok is false if v is not a set.
func Elements(v Value) (members []Value, ok bool) {
	switch set := v.(type) {
	case StringSet:
		return asValues(set), true
	case NumberSet:
		return asValues(set), true
	case BinarySet:
		return asValues(set), true
	}
	return nil, false
}

// asValues turns a slice of one type of value into one of any.
func asValues[E Value](set []E) []Value {
	out := make([]Value, len(set))
	for i, e := range set {
		out[i] = e
	}
	return out
}
