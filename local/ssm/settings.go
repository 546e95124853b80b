package ssm

import (
	"regexp"
	"strings"

	"eda-demo/local/frontdoor"
)

// settings is what a version of a parameter says.
type settings struct {
	Name           string
	Type           string
	Value          string
	Description    string
	AllowedPattern string
	DataType       string // "text", as if "" were given
	Tier           string // "Standard", as if "" were given
}

const (
	typeString = "String"
	typeList   = "StringList"
	tier       = "Standard"
	dataType   = "text"
)

// Limits of parameters, in characters.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
const (
	maxName        = 1011 // with the ARN that stands before it
	maxLevels      = 15
	maxValue       = 4096
	maxDescription = 1024
	maxPattern     = 1024
	maxParameters  = 10000
)

var nameCharacters = regexp.MustCompile(`^[\w./-]+$`)

// check refuses what PutParameter refuses.
func (set settings) check(arn string) error {
	if err := checkName(set.Name, arn); err != nil {
		return err
	}
	switch {
	case set.Type != typeString && set.Type != typeList:
		return frontdoor.Errorf("UnsupportedParameterType", "The parameter type %q is not supported. Supported are String and StringList.", set.Type)
	case set.Tier != "" && set.Tier != tier:
		return validation("The parameter tier %q is not supported. Supported is Standard.", set.Tier)
	case set.DataType != "" && set.DataType != dataType:
		return validation("The data type %q is not supported. Supported is text.", set.DataType)
	case len(set.Description) > maxDescription:
		return validation("Value at 'description' failed to satisfy constraint: Member must have length less than or equal to %d", maxDescription)
	case len(set.AllowedPattern) > maxPattern:
		return validation("Value at 'allowedPattern' failed to satisfy constraint: Member must have length less than or equal to %d", maxPattern)
	}
	return set.checkValue()
}

func (set settings) checkValue() error {
	switch {
	case set.Value == "":
		return validation("Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(set.Value) > maxValue:
		return validation("Standard tier parameters support a maximum parameter value of %d characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.", maxValue)
	case strings.Contains(set.Value, "{{"):
		return validation("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.")
	case set.AllowedPattern == "":
		return nil
	}
	pattern, err := regexp.Compile(set.AllowedPattern)
	if err != nil {
		return frontdoor.Errorf("InvalidAllowedPatternException", "The allowed pattern %s is not a regular expression: %v", set.AllowedPattern, err)
	}
	if !pattern.MatchString(set.Value) {
		return frontdoor.Errorf("ParameterPatternMismatchException", "Parameter value, cannot be validated against allowedPattern: %s", set.AllowedPattern)
	}
	return nil
}

func checkName(name, arn string) error {
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(name, "/")), "/")
	switch {
	case name == "":
		return validation("Value at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(arn) > maxName:
		return validation("The parameter's ARN has %d characters, which is more than %d", len(arn), maxName)
	case strings.Contains(name, "/") && !strings.HasPrefix(name, "/"):
		return validation("Parameter name must be a fully qualified name.")
	case !nameCharacters.MatchString(name), strings.HasSuffix(name, "/"), strings.Contains(name, "//"),
		strings.HasPrefix(first, "aws"), strings.HasPrefix(first, "ssm"):
		return validation(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_`)
	case strings.Count(name, "/") > maxLevels:
		return frontdoor.Errorf("HierarchyLevelLimitExceededException", "A hierarchy can have a maximum of %d levels.", maxLevels)
	}
	return nil
}
