package expression

import (
	"strconv"
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// Path leads to an attribute or to a part of one. Its first step is a name.
type Path []Step

// Step is the name of an attribute or map member, or the index of a list element.
type Step struct {
	Name    string
	Index   int
	IsIndex bool
}

// Head is the attribute that the path starts from.
func (p Path) Head() string { return p[0].Name }

// String writes the path as messages quote it: [a, [1], b].
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		if steps[i] = s.Name; s.IsIndex {
			steps[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// Find returns what the path leads to in the item, or nil.
func (p Path) Find(item attribute.Map) attribute.Value {
	var v attribute.Value = item
	for _, s := range p {
		switch container := v.(type) {
		case attribute.Map:
			if s.IsIndex {
				return nil
			}
			v = container[s.Name]
		case attribute.List:
			if !s.IsIndex || s.Index >= len(container) {
				return nil
			}
			v = container[s.Index]
		default:
			return nil
		}
	}
	return v
}

func (p Path) equal(other Path) bool {
	if len(p) != len(other) {
		return false
	}
	for i := range p {
		if p[i] != other[i] {
			return false
		}
	}
	return true
}

// path parses a.b[1].#c.
func (p *parser) path() (Path, error) {
	first, err := p.name()
	if err != nil {
		return nil, err
	}
	path := Path{first}
	for {
		var step Step
		switch {
		case p.accept("."):
			step, err = p.name()
		case p.accept("["):
			step, err = p.index()
		default:
			if len(path) > maxPathDepth {
				p.note(problemPath, "The document path has too many nesting levels; nesting levels: %d", len(path))
			}
			p.paths = append(p.paths, path)
			return path, nil
		}
		if err != nil {
			return nil, err
		}
		path = append(path, step)
	}
}

func (p *parser) name() (Step, error) {
	t := p.peek()
	switch t.kind {
	case tokenWord:
		if isReserved(t.text) {
			p.note(problemReserved, "Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		p.at++
		return Step{Name: t.text}, nil
	case tokenName:
		name, ok := p.scope.name(t.text)
		if !ok {
			p.note(problemUndefined, "An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
		}
		p.at++
		return Step{Name: name}, nil
	}
	return Step{}, p.unexpected()
}

func (p *parser) index() (Step, error) {
	t := p.peek()
	if t.kind != tokenNumber {
		return Step{}, p.unexpected()
	}
	p.at++
	index, err := strconv.ParseInt(t.text, 10, 32)
	if err != nil {
		p.note(problemPath, "List index is not within the allowable range; index: [%s]", t.text)
	}
	return Step{Index: int(index), IsIndex: true}, p.expect("]")
}

// distinctPaths notes a problem if one path leads into another, or if two disagree on what is a list and what a map.
func (p *parser) distinctPaths(paths []Path) {
	for i, two := range paths {
		for _, one := range paths[:i] {
			p.comparePaths(one, two)
		}
	}
}

func (p *parser) comparePaths(one, two Path) {
	const remedy = "must remove or rewrite one of these paths; path one: %v, path two: %v"
	for i := range min(len(one), len(two)) {
		if one[i].IsIndex != two[i].IsIndex {
			p.note(problemConflict, "Two document paths conflict with each other; "+remedy, one, two)
			return
		}
		if one[i] != two[i] {
			return
		}
	}
	p.note(problemOverlap, "Two document paths overlap with each other; "+remedy, one, two)
}
