package expression

import (
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// Update is an update expression.
type Update struct {
	actions   []action
	root      *branch // the tree of the actions' paths, numbered as the actions
	mentioned []Path
}

// action is one clause of a section.
type action struct {
	section string // SET, REMOVE, ADD or DELETE
	path    Path
	value   source // nil for REMOVE
}

// Mentioned lists all paths of the expression, those that are only read included.
func (u *Update) Mentioned() []Path { return u.mentioned }

// Paths lists what the update writes, in the order of the expression.
func (u *Update) Paths() []Path {
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	return paths
}

// Assigned returns the type that the update certainly gives to a top-level attribute; "" if it does not or can't be told.
func (u *Update) Assigned(name string) attribute.Type {
	for _, a := range u.actions {
		if len(a.path) == 1 && a.path[0].Name == name && a.value != nil {
			return a.value.static()
		}
	}
	return ""
}

// Updated is the projection of an item on what the update writes, for the return values UPDATED_OLD and UPDATED_NEW.
func (u *Update) Updated() *Projection { return &Projection{paths: u.Paths(), root: u.root} }

// Update parses an UpdateExpression.
func (s *Scope) Update(text string) (*Update, error) {
	return parse(s, "UpdateExpression", text, func(p *parser) (*Update, error) {
		g := updateGrammar{parser: p, seen: map[string]bool{}}
		if err := g.sections(); err != nil {
			return nil, err
		}
		u := &Update{actions: g.actions, root: &branch{}, mentioned: p.paths}
		p.distinctPaths(u.Paths())
		for i, a := range u.actions {
			u.root.grow(a.path, i)
		}
		return u, nil
	})
}

type updateGrammar struct {
	*parser
	actions []action
	seen    map[string]bool
}

func (g *updateGrammar) sections() error {
	clauses := map[string]func(*parser) (action, error){
		"SET": g.set, "REMOVE": g.remove, "ADD": g.add, "DELETE": g.delete,
	}
	for {
		section := strings.ToUpper(g.peek().text)
		clause := clauses[section]
		if g.peek().kind != tokenWord || clause == nil {
			return g.unexpected()
		}
		g.next()
		if g.seen[section] {
			g.note(problemSection, "The %q section can only be used once in an update expression;", section)
		}
		g.seen[section] = true
		actions, err := list(g.parser, clause)
		if err != nil {
			return err
		}
		g.actions = append(g.actions, actions...)
		if g.peek().kind == tokenEnd {
			return nil
		}
	}
}

func (g *updateGrammar) set(*parser) (action, error) {
	path, err := g.path()
	if err != nil {
		return action{}, err
	}
	if err := g.expect("="); err != nil {
		return action{}, err
	}
	value, err := g.sum()
	return action{"SET", path, value}, err
}

func (g *updateGrammar) remove(*parser) (action, error) {
	path, err := g.path()
	return action{"REMOVE", path, nil}, err
}

func (g *updateGrammar) add(*parser) (action, error) {
	return g.withLiteral("ADD", attribute.TypeN, attribute.TypeSS, attribute.TypeNS, attribute.TypeBS)
}

func (g *updateGrammar) delete(*parser) (action, error) {
	return g.withLiteral("DELETE", attribute.TypeSS, attribute.TypeNS, attribute.TypeBS)
}

// longTypes are the types as messages about ADD and DELETE name them.
var longTypes = map[attribute.Type]string{
	attribute.TypeS: "STRING", attribute.TypeN: "NUMBER", attribute.TypeB: "BINARY", attribute.TypeNULL: "NULL",
	attribute.TypeBOOL: "BOOLEAN", attribute.TypeL: "LIST", attribute.TypeM: "MAP",
}

func (g *updateGrammar) withLiteral(section string, allowed ...attribute.Type) (action, error) {
	path, err := g.path()
	if err != nil {
		return action{}, err
	}
	value, err := g.literal()
	if err != nil {
		return action{}, err
	}
	static := value.static()
	ok := static == ""
	for _, t := range allowed {
		ok = ok || t == static
	}
	if !ok {
		g.note(problemSet, "Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND", section, longTypes[static], section)
	}
	return action{section, path, plain{value}}, nil
}
