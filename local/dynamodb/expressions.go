package dynamodb

import (
	"strings"

	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
)

// expressions are the expression parameters of a request; those that the operation or the request does not have are nil.
type expressions struct {
	ConditionExpression       *string
	FilterExpression          *string
	KeyConditionExpression    *string
	ProjectionExpression      *string
	UpdateExpression          *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues attributes
}

// parsed are the expressions of a request after parsing; nil where there is none.
type parsed struct {
	condition    *expression.Condition
	filter       *expression.Condition
	keyCondition []expression.KeyTerm
	projection   *expression.Projection
	update       *expression.Update
}

// parse parses all expressions. takesValues names the operation's parameters that can use values, for the message about
// values without any of them.
func (e *expressions) parse(takesValues ...string) (*parsed, error) {
	if err := e.checkPlaceholders(takesValues); err != nil {
		return nil, err
	}
	scope, err := expression.NewScope(e.ExpressionAttributeNames, e.ExpressionAttributeValues.Map)
	if err != nil {
		return nil, err
	}
	var p parsed
	for _, step := range []struct {
		source *string
		parse  func(string) error
	}{
		{e.UpdateExpression, func(s string) (err error) { p.update, err = scope.Update(s); return err }},
		{e.ConditionExpression, func(s string) (err error) {
			p.condition, err = scope.Condition("ConditionExpression", s)
			return err
		}},
		{e.KeyConditionExpression, func(s string) (err error) { p.keyCondition, err = scope.KeyCondition(s); return err }},
		{e.FilterExpression, func(s string) (err error) {
			p.filter, err = scope.Condition("FilterExpression", s)
			return err
		}},
		{e.ProjectionExpression, func(s string) (err error) { p.projection, err = scope.Projection(s); return err }},
	} {
		if step.source == nil {
			continue
		}
		if err := step.parse(*step.source); err != nil {
			return nil, err
		}
	}
	return &p, scope.Unused()
}

func (e *expressions) checkPlaceholders(takesValues []string) error {
	usesValues := e.ConditionExpression != nil || e.FilterExpression != nil || e.KeyConditionExpression != nil || e.UpdateExpression != nil
	if e.ExpressionAttributeNames != nil && !usesValues && e.ProjectionExpression == nil {
		return invalid.Errorf("ExpressionAttributeNames can only be specified when using expressions")
	}
	if e.ExpressionAttributeValues.Map != nil && !usesValues {
		verb := "is"
		if len(takesValues) > 1 {
			verb = "are"
		}
		return invalid.Errorf("ExpressionAttributeValues can only be specified when using expressions: %s %s null", strings.Join(takesValues, " and "), verb)
	}
	if bad := e.ExpressionAttributeValues.invalid; bad != nil {
		return invalid.Errorf("ExpressionAttributeValues contains invalid value: %s for key %s", bad.Message, bad.Attribute)
	}
	return nil
}
