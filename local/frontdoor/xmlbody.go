package frontdoor

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// maxXML is the largest XML document accepted, in bytes: enough for the
// thousand keys of one DeleteObjects.
const maxXML = 2 << 20

// readXML reads a body to its end and shapes the document for type t; nil if
// there is none. Lists are elements of one name, as many as there are.
func readXML(body io.Reader, root string, t reflect.Type) (any, error) {
	raw, err := io.ReadAll(io.LimitReader(body, maxXML+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxXML {
		return nil, malformedXML(fmt.Errorf("it is larger than %d bytes", maxXML))
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	document, err := parseXML(raw)
	if err != nil {
		return nil, malformedXML(err)
	}
	if document.name != root {
		return nil, malformedXML(fmt.Errorf("element %s is given where %s is expected", document.name, root))
	}
	shaped, err := document.shape(t)
	if err != nil {
		return nil, malformedXML(err)
	}
	return shaped, nil
}

func malformedXML(err error) *Error {
	return Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
}

// element is an element of a document. Attributes, which are namespaces only,
// are left off.
type element struct {
	name     string
	text     strings.Builder
	children []*element
}

func parseXML(raw []byte) (*element, error) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	top := &element{}
	open := []*element{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if open, err = place(open, token); err != nil {
			return nil, err
		}
	}
	if len(top.children) != 1 || strings.TrimSpace(top.text.String()) != "" {
		return nil, errors.New("it is not one element")
	}
	return top.children[0], nil
}

// place adds a token to the innermost of the open elements, and returns those
// that are open after it.
func place(open []*element, token xml.Token) ([]*element, error) {
	inner := open[len(open)-1]
	switch token := token.(type) {
	case xml.StartElement:
		if len(open) > maxDepth {
			return nil, fmt.Errorf("nested deeper than %d", maxDepth)
		}
		child := &element{name: token.Name.Local}
		inner.children = append(inner.children, child)
		return append(open, child), nil
	case xml.EndElement:
		return open[:len(open)-1], nil
	case xml.CharData:
		inner.text.Write(token)
	case xml.Directive:
		return nil, errors.New("it has a document type")
	}
	return open, nil
}

// shape makes of the element what marshals to the JSON of type t.
func (e *element) shape(t reflect.Type) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		if len(e.children) > 0 {
			return nil, fmt.Errorf("element %s: elements are given where a text is expected", e.name)
		}
		value, err := shapeText(e.text.String(), t)
		if err != nil {
			return nil, fmt.Errorf("element %s: %w", e.name, err)
		}
		return value, nil
	}
	if strings.TrimSpace(e.text.String()) != "" {
		return nil, fmt.Errorf("element %s: text is given where elements are expected", e.name)
	}
	return e.shapeStruct(t)
}

func (e *element) shapeStruct(t reflect.Type) (any, error) {
	shaped := map[string]any{}
	for _, child := range e.children {
		field, ok := memberNamed(t, child.name)
		if !ok {
			return nil, fmt.Errorf("element %s.%s is not supported", e.name, child.name)
		}
		isList := field.Type.Kind() == reflect.Slice
		kind := field.Type
		if isList {
			kind = kind.Elem()
		}
		value, err := child.shape(kind)
		if err != nil {
			return nil, err
		}
		before, given := shaped[child.name]
		switch {
		case isList:
			list, _ := before.([]any)
			shaped[child.name] = append(list, value)
		case given:
			return nil, fmt.Errorf("element %s.%s is given more than once", e.name, child.name)
		default:
			shaped[child.name] = value
		}
	}
	return shaped, nil
}
