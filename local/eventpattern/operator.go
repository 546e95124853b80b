package eventpattern

import "fmt"

// compileOperator reads one match expression other than exists.
func compileOperator(operator string, operand node) (valueTest, error) {
	switch operator {
	case "exactly":
		return compileString(operator, operand, func(s string) valueTest { return sameString(s) })
	case "equals-ignore-case":
		return compileString(operator, operand, func(s string) valueTest { return foldString(s) })
	case "prefix":
		return compileAffix(operator, operand, hasPrefix, foldPrefix)
	case "suffix":
		return compileAffix(operator, operand, hasSuffix, foldSuffix)
	case "wildcard":
		return compileWildcard(operand)
	case "anything-but":
		return compileAnythingBut(operand)
	case "numeric":
		return compileNumeric(operand)
	case "cidr":
		return compileCIDR(operand)
	default:
		return nil, fmt.Errorf("unrecognized match type %q", operator)
	}
}

func compileString(operator string, operand node, test func(string) valueTest) (valueTest, error) {
	if operand.kind != kindString {
		return nil, fmt.Errorf("%s takes a string, not %s", operator, operand.kind)
	}
	return test(operand.text), nil
}

// compileAffix reads prefix or suffix, whose operand is a string or
// {"equals-ignore-case": string}.
func compileAffix(operator string, operand node, exact, fold func(string) valueTest) (valueTest, error) {
	if operand.kind != kindObject {
		return compileString(operator, operand, exact)
	}
	inner, text, err := onlyMember(operand)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operator, err)
	}
	if inner != "equals-ignore-case" {
		return nil, fmt.Errorf("unsupported %s pattern %q", operator, inner)
	}
	return compileString(operator+" equals-ignore-case", text, fold)
}

// exactValue is the test for a value written plainly in the array of a field.
func exactValue(item node) valueTest {
	switch item.kind {
	case kindString:
		if address, ok := parseAddress(item.text); ok {
			return sameAddress(address)
		}
		return sameString(item.text)
	case kindNumber:
		return sameNumber{newNumber(item.text)}
	default:
		return sameWord{kind: item.kind, text: item.text}
	}
}

// anyValue is {"exists": true}: any leaf value, null included.
type anyValue struct{}

func (anyValue) accepts(*value) bool { return true }

// sameWord is true, false or null.
type sameWord struct {
	kind kind
	text string
}

func (w sameWord) accepts(v *value) bool { return v.kind == w.kind && v.text == w.text }
