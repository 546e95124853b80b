package expression

import "eda-demo/local/dynamodb/attribute"

// Condition is a condition or filter expression.
type Condition struct {
	root  test
	paths []Path
}

// Matches tells whether the condition holds for an item; a nil item is one that does not exist.
func (c *Condition) Matches(item attribute.Map) bool { return c.root.holds(item) }

// Paths lists all paths that the condition mentions.
func (c *Condition) Paths() []Path { return c.paths }

// Condition parses a condition; kind is ConditionExpression or FilterExpression.
func (s *Scope) Condition(kind, source string) (*Condition, error) {
	return parse(s, kind, source, func(p *parser) (*Condition, error) {
		g := conditionGrammar{parser: p}
		root, err := g.condition()
		return &Condition{root: root, paths: p.paths}, err
	})
}

type conditionGrammar struct{ *parser }

// term is a part of a condition: a test or an operand. Which one, the grammar can't tell at an opening parenthesis.
type term struct {
	test     test
	operand  operand
	function string // the name of the function if the term is a call
	enclosed bool   // in parentheses
}

func (g *conditionGrammar) condition() (test, error) {
	t, err := g.or()
	if err != nil {
		return nil, err
	}
	return g.asTest(t)
}

func (g *conditionGrammar) asTest(t term) (test, error) {
	if t.test != nil {
		return t.test, nil
	}
	if t.function == "" {
		return nil, g.unexpected()
	}
	g.misused(t)
	return never{}, nil
}

func (g *conditionGrammar) asOperand(t term) (operand, error) {
	if t.operand != nil {
		return t.operand, nil
	}
	if t.function == "" {
		return nil, g.unexpected()
	}
	g.misused(t)
	return literal{}, nil
}

func (g *conditionGrammar) misused(t term) {
	g.note(problemMisused, "The function is not allowed to be used this way in an expression; function: %s", t.function)
}

func (g *conditionGrammar) or() (term, error) {
	return g.chain("OR", g.and, func(a, b test) test { return either{a, b} })
}

func (g *conditionGrammar) and() (term, error) {
	return g.chain("AND", g.not, func(a, b test) test { return both{a, b} })
}

// chain parses operands of a left-associative logical operator.
func (g *conditionGrammar) chain(keyword string, operand func() (term, error), join func(a, b test) test) (term, error) {
	left, err := operand()
	for err == nil && g.peek().isWord(keyword) {
		left, err = g.join(left, operand, join)
	}
	return left, err
}

func (g *conditionGrammar) join(left term, operand func() (term, error), join func(a, b test) test) (term, error) {
	a, err := g.asTest(left)
	if err != nil {
		return term{}, err
	}
	g.next()
	g.operators++
	right, err := operand()
	if err != nil {
		return term{}, err
	}
	b, err := g.asTest(right)
	return term{test: join(a, b)}, err
}

func (g *conditionGrammar) not() (term, error) {
	if !g.acceptWord("NOT") {
		return g.comparison()
	}
	g.operators++
	t, err := g.not()
	if err != nil {
		return term{}, err
	}
	inner, err := g.asTest(t)
	return term{test: negation{inner}}, err
}

func (g *conditionGrammar) comparison() (term, error) {
	left, err := g.primary()
	if err != nil {
		return term{}, err
	}
	t := g.peek()
	switch {
	case t.kind == tokenMark && comparators[t.text] != nil:
		return g.binary(left)
	case t.isWord("BETWEEN"):
		return g.between(left)
	case t.isWord("IN"):
		return g.in(left)
	}
	return left, nil
}

// primary parses an operand, a function call, or any condition in parentheses.
func (g *conditionGrammar) primary() (term, error) {
	switch {
	case g.accept("("):
		return g.enclosed()
	case g.atFunction():
		return g.function()
	case g.peek().kind == tokenValue:
		l, err := g.literal()
		return term{operand: l}, err
	}
	path, err := g.path()
	return term{operand: path}, err
}

func (g *conditionGrammar) enclosed() (term, error) {
	t, err := g.or()
	if err != nil {
		return term{}, err
	}
	if t.enclosed {
		g.note(problemParentheses, "The expression has redundant parentheses;")
	}
	t.enclosed = true
	return t, g.expect(")")
}

// operand parses a primary that must have a value.
func (g *conditionGrammar) operand() (operand, error) {
	t, err := g.primary()
	if err != nil {
		return nil, err
	}
	return g.asOperand(t)
}
