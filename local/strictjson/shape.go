package strictjson

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// shape is what the Go type of a value says about the names in it.
type shape struct {
	// own: the type decodes itself; its text is passed over.
	own bool
	// members are those of a struct; nil where any name will do.
	members map[string]reflect.Type
	// element is the type of a map's values or an array's elements; nil where
	// anything goes.
	element reflect.Type
}

// anything is the shape of a value whose type says nothing, such as any.
var anything = &shape{}

func (s *shape) member(name []byte) (reflect.Type, bool) {
	if s.members == nil {
		return s.element, true
	}
	t, known := s.members[string(name)]
	return t, known
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	shapes          sync.Map // reflect.Type to *shape
)

func shapeOf(t reflect.Type) *shape {
	if t == nil {
		return anything
	}
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	found := newShape(t)
	shapes.Store(t, found)
	return found
}

func newShape(t reflect.Type) *shape {
	if pointer := reflect.PointerTo(t); pointer.Implements(unmarshaler) || pointer.Implements(textUnmarshaler) {
		return &shape{own: true}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem())
	case reflect.Map, reflect.Slice, reflect.Array:
		return &shape{element: t.Elem()}
	case reflect.Struct:
		return &shape{members: membersOf(t)}
	}
	return anything
}

// membersOf finds the members of a struct as encoding/json does: embedded
// structs count as part of it.
func membersOf(t reflect.Type) map[string]reflect.Type {
	members := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(t) {
		tag := field.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-", !field.IsExported():
			continue
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			continue // its fields are visible themselves
		case name == "":
			name = field.Name
		}
		if _, outer := members[name]; !outer {
			members[name] = field.Type
		}
	}
	return members
}
