package expression

import (
	"maps"
	"slices"

	"eda-demo/local/dynamodb/attribute"
)

// Projection is a projection expression: which parts of an item are wanted.
type Projection struct {
	paths []Path
	root  *branch
}

// Projection parses a ProjectionExpression.
func (s *Scope) Projection(source string) (*Projection, error) {
	return parse(s, "ProjectionExpression", source, func(p *parser) (*Projection, error) {
		paths, err := list(p, (*parser).path)
		if err != nil {
			return nil, err
		}
		p.distinctPaths(paths)
		return newProjection(paths), nil
	})
}

func newProjection(paths []Path) *Projection {
	root := &branch{}
	for i, path := range paths {
		root.grow(path, i)
	}
	return &Projection{paths: paths, root: root}
}

// Paths lists the paths of the projection.
func (p *Projection) Paths() []Path { return p.paths }

// Apply returns the wanted parts of an item, in the structure they have in it; list elements close ranks.
func (p *Projection) Apply(item attribute.Map) attribute.Map {
	part, ok := p.root.project(item).(attribute.Map)
	if !ok {
		return attribute.Map{}
	}
	return part
}

// branch is a node of the tree that a set of paths forms.
type branch struct {
	names   map[string]*branch
	indexes map[int]*branch
	leaf    bool
	number  int // of the path that ends here, if leaf
}

func (b *branch) grow(path Path, number int) {
	for _, s := range path {
		b = b.child(s)
	}
	b.leaf, b.number = true, number
}

func (b *branch) child(s Step) *branch {
	if b.names == nil {
		b.names, b.indexes = map[string]*branch{}, map[int]*branch{}
	}
	if s.IsIndex {
		if b.indexes[s.Index] == nil {
			b.indexes[s.Index] = &branch{}
		}
		return b.indexes[s.Index]
	}
	if b.names[s.Name] == nil {
		b.names[s.Name] = &branch{}
	}
	return b.names[s.Name]
}

// sortedIndexes lists the indexes of a list that the paths mention, in order.
func (b *branch) sortedIndexes() []int { return slices.Sorted(maps.Keys(b.indexes)) }

// project returns nil if nothing of the value is wanted or there.
func (b *branch) project(v attribute.Value) attribute.Value {
	if b.leaf {
		return v
	}
	switch v := v.(type) {
	case attribute.Map:
		return b.projectMap(v)
	case attribute.List:
		return b.projectList(v)
	}
	return nil
}

func (b *branch) projectMap(m attribute.Map) attribute.Value {
	out := attribute.Map{}
	for name, child := range b.names {
		if v := m[name]; v != nil {
			if part := child.project(v); part != nil {
				out[name] = part
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (b *branch) projectList(l attribute.List) attribute.Value {
	var out attribute.List
	for _, index := range b.sortedIndexes() {
		if index < len(l) {
			if part := b.indexes[index].project(l[index]); part != nil {
				out = append(out, part)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
