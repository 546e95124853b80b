package filterpattern

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"eda-demo/local/iam"
)

// operand reads what a property is compared with. Texts know only = and !=,
// and * in them stands for any characters; numbers know all operators.
func (p *parser) operand(operator string) (func(value any) bool, error) {
	p.skipSpace()
	if p.at < len(p.text) && p.text[p.at] == '"' {
		text, rest, err := quoted(p.text[p.at:])
		if err != nil {
			return nil, err
		}
		p.at = len(p.text) - len(rest)
		return compareText(operator, text)
	}
	if p.at < len(p.text) && p.text[p.at] == '%' {
		return nil, p.unexpected("a value; regular expressions are not supported")
	}
	word := p.while(isValueByte)
	if word == "" {
		return nil, p.unexpected("a value")
	}
	if number, err := strconv.ParseFloat(word, 64); err == nil {
		return compareNumber(operator, number), nil
	}
	return compareText(operator, word)
}

// isValueByte tells what a value may have without quotes.
func isValueByte(c byte) bool { return isNameByte(c) || strings.IndexByte("*.+:/@#", c) >= 0 }

func compareText(operator, pattern string) (func(value any) bool, error) {
	if operator != "=" && operator != "!=" {
		return nil, fmt.Errorf("operator %s compares numbers only, not %q", operator, pattern)
	}
	return func(value any) bool {
		text, ok := asText(value)
		return ok && like(pattern, text) == (operator == "=")
	}, nil
}

// like compares texts; * in the pattern stands for any characters. A ? stands
// for itself, which the matcher shared with IAM would not do.
func like(pattern, text string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == text
	}
	hide := strings.NewReplacer("?", "\x00")
	return iam.Match(hide.Replace(pattern), hide.Replace(text))
}

// asText returns a scalar as it is compared with a text; a document is none.
func asText(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

func compareNumber(operator string, operand float64) func(value any) bool {
	return func(value any) bool {
		text, ok := asText(value)
		if !ok {
			return false
		}
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return operator == "!="
		}
		order := cmp.Compare(number, operand)
		switch operator {
		case "=":
			return order == 0
		case "!=":
			return order != 0
		case "<":
			return order < 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		default: // ">="
			return order >= 0
		}
	}
}
