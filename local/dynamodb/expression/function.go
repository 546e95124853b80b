package expression

import (
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// conditionFunctions are the functions of conditions and how many operands they take.
var conditionFunctions = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1,
}

// updateFunctions are the functions of update expressions and how many operands they take.
var updateFunctions = map[string]int{"if_not_exists": 2, "list_append": 2}

func (g *conditionGrammar) function() (term, error) {
	name, args, err := call(g.parser, func(*parser) (operand, error) { return g.operand() })
	if err != nil {
		return term{}, err
	}
	count, known := conditionFunctions[name]
	if !known {
		g.note(problemFunction, "%s; function: %s", unknownFunction(name, updateFunctions, "a condition"), name)
		return term{test: never{}, function: name}, nil
	}
	if !g.checkCount(name, len(args), count) {
		return g.misparsed(name), nil
	}
	g.checkArguments(name, args)
	if name == "size" {
		return term{operand: sizeOf{args[0]}, function: name}, nil
	}
	return term{test: predicate{name, args}, function: name}, nil
}

// misparsed stands for a call with an error that is already noted, so that the parsing can go on.
func (g *conditionGrammar) misparsed(name string) term {
	if name == "size" {
		return term{operand: literal{}, function: name}
	}
	return term{test: never{}, function: name}
}

func unknownFunction(name string, others map[string]int, here string) string {
	if _, ok := others[name]; ok {
		return "The function is not allowed in " + here + " expression"
	}
	return "Invalid function name"
}

func (g *conditionGrammar) checkArguments(name string, args []operand) {
	switch name {
	case "attribute_exists", "attribute_not_exists":
		if _, ok := args[0].(Path); !ok {
			g.note(problemType, "Operator or function requires a document path; operator or function: %s", name)
		}
	case "attribute_type":
		g.checkDistinct(name, args[0], args[1])
		g.checkTypeName(args[1])
	case "begins_with":
		g.checkDistinct(name, args[0], args[1])
		g.checkType(name, args[0], attribute.TypeS, attribute.TypeB)
		g.checkType(name, args[1], attribute.TypeS, attribute.TypeB)
	case "contains":
		g.checkDistinct(name, args[0], args[1])
	case "size":
		g.checkType(name, args[0], attribute.TypeS, attribute.TypeB, attribute.TypeL, attribute.TypeM,
			attribute.TypeSS, attribute.TypeNS, attribute.TypeBS)
	}
}

func (g *conditionGrammar) checkTypeName(o operand) {
	const function = "attribute_type"
	if _, ok := o.(Path); ok {
		g.note(problemType, "Incorrect operand type for operator or function; operator or function: %s, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}", function)
		return
	}
	g.checkType(function, o, attribute.TypeS)
	name, ok := o.find(nil).(attribute.String)
	if ok && !strings.Contains(" S N B NULL SS BOOL L BS NS M ", " "+string(name)+" ") {
		g.note(problemType, "Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", name)
	}
}
