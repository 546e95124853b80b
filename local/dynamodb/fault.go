package dynamodb

import (
	"errors"
	"fmt"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/frontdoor"
)

// toAPI gives errors of the packages below their code of the API.
func toAPI(err error) error {
	var broken *invalid.Error
	var value *attribute.InvalidError
	var condition *table.ConditionError
	switch {
	case errors.As(err, &broken):
		return frontdoor.Errorf("ValidationException", "%s", broken.Message)
	case errors.As(err, &value):
		return frontdoor.Errorf("ValidationException", "%s", value.Message)
	case errors.As(err, &condition):
		return frontdoor.Errorf("ConditionalCheckFailedException", "%v", condition)
	case errors.Is(err, table.ErrRemoved):
		return notFound("Requested resource not found")
	}
	return err
}

// conditionFailed is the error of a failed condition, with the item if the caller wants to see it.
func conditionFailed(err error, returnValues string) error {
	var condition *table.ConditionError
	if !errors.As(err, &condition) || returnValues != "ALL_OLD" || condition.Item == nil {
		return err
	}
	return &frontdoor.Error{
		Code: "ConditionalCheckFailedException", Message: condition.Error(),
		Members: map[string]any{"Item": condition.Item},
	}
}

func notFound(format string, args ...any) error {
	return frontdoor.Errorf("ResourceNotFoundException", format, args...)
}

func inUse(format string, args ...any) error {
	return frontdoor.Errorf("ResourceInUseException", format, args...)
}

// constraints collects what DynamoDB reports at once: members that break a constraint of the API's model.
type constraints []string

func (c *constraints) fail(value, member, constraint string) {
	if len(*c) < 10 {
		*c = append(*c, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, member, constraint))
	}
}

func (c *constraints) required(present bool, member string) {
	if !present {
		c.fail("null", member, "Member must not be null")
	}
}

// oneOf checks an optional enumeration.
func (c *constraints) oneOf(value, member string, allowed ...string) {
	if value == "" {
		return
	}
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	c.fail("'"+value+"'", member, "Member must satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
}

func (c *constraints) atLeast(value *int, member string, least int) {
	if value != nil && *value < least {
		c.fail(fmt.Sprintf("'%d'", *value), member, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	}
}

func (c *constraints) atMost(value *int, member string, most int) {
	if value != nil && *value > most {
		c.fail(fmt.Sprintf("'%d'", *value), member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// name checks the name of a table or index.
func (c *constraints) name(value, member string) {
	if !isName(value) {
		c.fail("'"+value+"'", member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	if len(value) < 3 {
		c.fail("'"+value+"'", member, "Member must have length greater than or equal to 3")
	}
	if len(value) > 255 {
		c.fail("'"+value+"'", member, "Member must have length less than or equal to 255")
	}
}

func isName(s string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-') {
			return false
		}
	}
	return s != ""
}

func (c constraints) err() error {
	switch len(c) {
	case 0:
		return nil
	case 1:
		return invalid.Errorf("1 validation error detected: %s", c[0])
	}
	return invalid.Errorf("%d validation errors detected: %s", len(c), strings.Join(c, "; "))
}
