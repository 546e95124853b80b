package expression

import "eda-demo/local/dynamodb/attribute"

var ordered = []attribute.Type{attribute.TypeS, attribute.TypeN, attribute.TypeB}

func (g *conditionGrammar) binary(left term) (term, error) {
	operator := g.next().text
	g.operators++
	a, err := g.asOperand(left)
	if err != nil {
		return term{}, err
	}
	b, err := g.operand()
	if err != nil {
		return term{}, err
	}
	g.checkDistinct(operator, a, b)
	if operator != "=" && operator != "<>" {
		g.checkType(operator, a, ordered...)
		g.checkType(operator, b, ordered...)
	}
	return term{test: comparison{operator, a, b}}, nil
}

func (g *conditionGrammar) between(left term) (term, error) {
	g.next()
	g.operators++
	of, err := g.asOperand(left)
	if err != nil {
		return term{}, err
	}
	low, err := g.operand()
	if err != nil {
		return term{}, err
	}
	if !g.acceptWord("AND") {
		return term{}, g.unexpected()
	}
	high, err := g.operand()
	if err != nil {
		return term{}, err
	}
	for _, o := range []operand{of, low, high} {
		g.checkType("BETWEEN", o, ordered...)
	}
	g.checkBounds(low, high)
	return term{test: between{of, low, high}}, nil
}

func (g *conditionGrammar) checkBounds(low, high operand) {
	l, lowKnown := low.(literal)
	h, highKnown := high.(literal)
	if !lowKnown || !highKnown || l.value == nil || h.value == nil {
		return
	}
	const bounds = "lower bound operand: %s, upper bound operand: %s"
	order, ok := attribute.Compare(l.value, h.value)
	switch {
	case l.value.Type() != h.value.Type():
		g.note(problemType, "The BETWEEN operator requires same data type for lower and upper bounds; "+bounds, quote(l.value), quote(h.value))
	case ok && order > 0:
		g.note(problemType, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "+bounds, quote(l.value), quote(h.value))
	}
}

func (g *conditionGrammar) in(left term) (term, error) {
	g.next()
	g.operators++
	of, err := g.asOperand(left)
	if err != nil {
		return term{}, err
	}
	if err := g.expect("("); err != nil {
		return term{}, err
	}
	among, err := list(g.parser, func(*parser) (operand, error) { return g.operand() })
	if err != nil {
		return term{}, err
	}
	if len(among) > maxInOperands {
		g.note(problemCount, "The IN operator is provided with too many operands; number of operands: %d", len(among))
	}
	g.checkDistinct("IN", of, among...)
	return term{test: membership{of, among}}, g.expect(")")
}
