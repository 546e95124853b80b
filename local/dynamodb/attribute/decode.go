package attribute

import (
	"encoding/base64"
	"fmt"
)

// InvalidError tells that a value has the right shape but breaks one of DynamoDB's rules. Its text is DynamoDB's.
type InvalidError struct {
	// Attribute is the top-level attribute that holds the value.
	Attribute string
	Message   string
}

func (e *InvalidError) Error() string { return e.Message }

// SyntaxError tells that input is not JSON of the shape of attribute values (DynamoDB's SerializationException).
type SyntaxError struct{ Message string }

func (e *SyntaxError) Error() string { return e.Message }

// DecodeMap reads an item, a key or expression values: a JSON object of attribute values. The error is a *SyntaxError,
// or an *InvalidError about the first value that breaks a rule.
func DecodeMap(data []byte) (Map, error) {
	d := decoder{scanner: scanner{data: data}}
	out := Map{}
	err := d.object(func(name string) error {
		d.attribute = name
		v, err := d.value(1)
		if v != nil {
			out[name] = v
		}
		return err
	})
	if err == nil {
		err = d.end()
	}
	if err != nil {
		return nil, err
	}
	if d.invalid != nil {
		return nil, d.invalid
	}
	return out, nil
}

// decoder reads on after an invalid value, so that malformed input is always told as such.
type decoder struct {
	scanner
	attribute string // the top-level one being read
	invalid   *InvalidError
}

func (d *decoder) refuse(format string, args ...any) {
	if d.invalid == nil {
		d.invalid = &InvalidError{Attribute: d.attribute, Message: fmt.Sprintf(format, args...)}
	}
}

// maxScanDepth bounds recursion on input that is refused in any case.
const maxScanDepth = 1000

// value reads {"S": …}. Null members are as absent.
func (d *decoder) value(depth int) (Value, error) {
	if depth > maxScanDepth {
		return nil, d.fail("the value is nested too deeply")
	}
	if depth > MaxDepth {
		d.refuse("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
	}
	var v Value
	types := 0
	err := d.object(func(name string) error {
		if d.null() {
			return nil
		}
		read, ok := readers[Type(name)]
		if !ok {
			return d.skip(depth)
		}
		types++
		var err error
		v, err = read(d, depth)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case types == 0:
		d.refuse("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case types > 1:
		d.refuse("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	return v, nil
}

var readers map[Type]func(*decoder, int) (Value, error)

func init() { // a map literal would be an initialization cycle
	readers = map[Type]func(*decoder, int) (Value, error){
		TypeS: (*decoder).readString, TypeN: (*decoder).readNumber, TypeB: (*decoder).readBinary,
		TypeBOOL: (*decoder).readBool, TypeNULL: (*decoder).readNull,
		TypeL: (*decoder).readList, TypeM: (*decoder).readMap,
		TypeSS: (*decoder).readStringSet, TypeNS: (*decoder).readNumberSet, TypeBS: (*decoder).readBinarySet,
	}
}

func (d *decoder) readString(int) (Value, error) {
	s, err := d.str("String")
	return String(s), err
}

func (d *decoder) readNumber(int) (Value, error) {
	return d.number()
}

func (d *decoder) number() (Number, error) {
	text, err := d.str("String")
	if err != nil {
		return Number{}, err
	}
	n, err := ParseNumber(text)
	if err != nil {
		d.refuse("%v", err)
	}
	return n, nil
}

func (d *decoder) readBinary(int) (Value, error) {
	return d.binary()
}

func (d *decoder) binary() (Binary, error) {
	text, err := d.str("Blob")
	if err != nil {
		return "", err
	}
	if len(text)%4 != 0 {
		return "", d.fail(fmt.Sprintf("Base64 encoded length is expected a multiple of 4 bytes but found: %d", len(text)))
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", d.fail("Invalid Base64 character: " + err.Error())
	}
	return Binary(b), nil
}

func (d *decoder) readBool(int) (Value, error) {
	b, err := d.boolean()
	return Bool(b), err
}

func (d *decoder) readNull(int) (Value, error) {
	isNull, err := d.boolean()
	if err == nil && !isNull {
		d.refuse("One or more parameter values were invalid: Null attribute value types must have the value of true")
	}
	return Null{}, err
}

func (d *decoder) readList(depth int) (Value, error) {
	out := List{}
	err := d.array(func() error {
		v, err := d.value(depth + 1)
		out = append(out, v)
		return err
	})
	return out, err
}

func (d *decoder) readMap(depth int) (Value, error) {
	out := Map{}
	err := d.object(func(name string) error {
		v, err := d.value(depth + 1)
		out[name] = v
		return err
	})
	return out, err
}
