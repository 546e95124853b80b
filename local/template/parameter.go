package template

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parameter is a template parameter. Its type is String, Number,
// CommaDelimitedList, List<Number>, or AWS::SSM::Parameter::Value<T> with T
// String, List<String> or CommaDelimitedList.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
type Parameter struct {
	Type                  string
	Default               *Text
	Description           string
	NoEcho                Text // "true" hides the value
	AllowedValues         []Text
	AllowedPattern        string
	ConstraintDescription string
	MinLength, MaxLength  *Text // characters
	MinValue, MaxValue    *Text
}

// kind is what the type of a parameter means.
type kind struct {
	list   bool
	number bool
	// stored: the value is the name of a parameter of Systems Manager, whose
	// value Ref returns.
	stored bool
}

var kinds = map[string]kind{
	"String":                             {},
	"Number":                             {number: true},
	"CommaDelimitedList":                 {list: true},
	"List<Number>":                       {list: true, number: true},
	"AWS::SSM::Parameter::Value<String>": {stored: true},
	"AWS::SSM::Parameter::Value<List<String>>":       {stored: true, list: true},
	"AWS::SSM::Parameter::Value<CommaDelimitedList>": {stored: true, list: true},
}

// Hidden tells whether the value must not be shown.
func (p Parameter) Hidden() bool { return strings.EqualFold(string(p.NoEcho), "true") }

// value is what Ref returns: a text, also for numbers, or a list of texts.
func (p Parameter) value(text string) any {
	if !kinds[p.Type].list {
		return text
	}
	list := []any{}
	for _, element := range commaDelimited(text) {
		list = append(list, element)
	}
	return list
}

func commaDelimited(text string) []string {
	list := strings.Split(text, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// elements are what the constraints apply to. Those of a parameter that is
// stored elsewhere apply to its name.
func (p Parameter) elements(text string) []string {
	if !kinds[p.Type].list || kinds[p.Type].stored {
		return []string{text}
	}
	return commaDelimited(text)
}

// checkValue refuses values that the constraints exclude.
func (p Parameter) checkValue(name, text string) error {
	for _, element := range p.elements(text) {
		reason := p.excludes(element)
		switch {
		case reason == "":
		case p.ConstraintDescription != "":
			return fmt.Errorf("Parameter %s failed to satisfy constraint: %s", name, p.ConstraintDescription)
		default:
			return fmt.Errorf("Parameter '%s' %s", name, reason)
		}
	}
	return nil
}

// excludes tells why a value is refused, or "".
func (p Parameter) excludes(text string) string {
	length := big.NewRat(int64(utf8.RuneCountInString(text)), 1)
	switch {
	case p.AllowedValues != nil && !slices.Contains(p.AllowedValues, Text(text)):
		return "must be one of AllowedValues"
	case p.AllowedPattern != "" && !p.matches(text):
		return "must match pattern " + p.AllowedPattern
	case less(length, p.MinLength):
		return fmt.Sprintf("must contain at least %s characters", *p.MinLength)
	case greater(length, p.MaxLength):
		return fmt.Sprintf("must contain at most %s characters", *p.MaxLength)
	case !kinds[p.Type].number:
		return ""
	}
	value := rational(text)
	switch {
	case value == nil:
		return "must be a number"
	case less(value, p.MinValue):
		return fmt.Sprintf("must be a number not less than %s", *p.MinValue)
	case greater(value, p.MaxValue):
		return fmt.Sprintf("must be a number not greater than %s", *p.MaxValue)
	}
	return ""
}

// matches compares the whole text, as CloudFormation does.
func (p Parameter) matches(text string) bool {
	pattern, err := wholePattern(p.AllowedPattern)
	return err == nil && pattern.MatchString(text)
}

func wholePattern(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err // such as a)|(b, which would be well-formed below
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

var decimal = regexp.MustCompile(`^[-+]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})([eE][-+]?[0-9]{1,3})?$`)

// rational returns the number that a text is, or nil.
func rational(text string) *big.Rat {
	if !decimal.MatchString(text) {
		return nil
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return value
}

func less(value *big.Rat, limit *Text) bool {
	return limit != nil && value.Cmp(rational(string(*limit))) < 0
}

func greater(value *big.Rat, limit *Text) bool {
	return limit != nil && value.Cmp(rational(string(*limit))) > 0
}

// checkParameters refuses parameters whose types and constraints can't be used.
func (t *Template) checkParameters() error {
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		if !logicalID.MatchString(name) {
			return fmt.Errorf("Template format error: Parameter name %s is non alphanumeric.", name)
		}
		if err := t.Parameters[name].check(name); err != nil {
			return err
		}
	}
	return nil
}

func (p Parameter) check(name string) error {
	kind, known := kinds[p.Type]
	switch {
	case p.Type == "":
		return fmt.Errorf("Template format error: Every Parameters object must contain a Type member.")
	case !known:
		return fmt.Errorf("Template format error: Unrecognized parameter type: %s", p.Type)
	}
	for _, c := range []struct {
		name  string
		limit *Text
		fits  bool
		kind  string
	}{
		{"MinLength", p.MinLength, !kind.number && !kind.list, "String"},
		{"MaxLength", p.MaxLength, !kind.number && !kind.list, "String"},
		{"MinValue", p.MinValue, kind.number, "Number"},
		{"MaxValue", p.MaxValue, kind.number, "Number"},
	} {
		switch {
		case c.limit == nil:
		case !c.fits:
			return fmt.Errorf("Template error: Parameter '%s' %s must be on a parameter of type %s", name, c.name, c.kind)
		case rational(string(*c.limit)) == nil:
			return fmt.Errorf("Template error: Parameter '%s' %s must be a number", name, c.name)
		}
	}
	return p.checkPattern(name, kind)
}

func (p Parameter) checkPattern(name string, kind kind) error {
	if p.AllowedPattern == "" {
		return nil
	}
	if kind.number {
		return fmt.Errorf("Template error: Parameter '%s' AllowedPattern must be on a parameter of type String", name)
	}
	if _, err := wholePattern(p.AllowedPattern); err != nil {
		return fmt.Errorf("Template error: Parameter '%s' AllowedPattern must be a valid regular expression: %w", name, err)
	}
	return nil
}
