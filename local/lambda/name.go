package lambda

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// reference is a function as a caller names it.
type reference struct{ name, qualifier string }

// parseReference reads a name, a partial or a full ARN, each with or without
// a qualifier.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (s *Service) parseReference(text, qualifier string) (reference, error) {
	rest := text
	if strings.HasPrefix(rest, "arn:") {
		own, ours := strings.CutPrefix(rest, s.arnPrefix())
		if !ours {
			return reference{}, s.notFound(text)
		}
		rest = own
	} else {
		rest = strings.TrimPrefix(rest, s.config.Account+":")
		rest = strings.TrimPrefix(rest, "function:")
	}
	name, inName, _ := strings.Cut(rest, ":")
	if !functionName.MatchString(name) {
		return reference{}, frontdoor.Errorf("ValidationException",
			"1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", text, functionName)
	}
	if inName != "" && qualifier != "" && inName != qualifier {
		return reference{}, frontdoor.Errorf("InvalidParameterValueException",
			"The derived qualifier from the function name does not match the specified qualifier.")
	}
	if qualifier == "" {
		qualifier = inName
	}
	return reference{name, qualifier}, nil
}

func (s *Service) arnPrefix() string {
	return "arn:aws:lambda:" + s.config.Region + ":" + s.config.Account + ":function:"
}

// arn is the ARN as the caller named the function, qualifier included.
func (s *Service) arn(r reference) string {
	if r.qualifier != "" {
		return s.arnPrefix() + r.name + ":" + r.qualifier
	}
	return s.arnPrefix() + r.name
}

func (s *Service) notFound(arn string) *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "Function not found: " + arn}
}

// target is what a caller invokes or configures: a version of a function, and
// how it was named. A policy and the settings of asynchronous invocations are
// those of a qualifier, not of the version that it leads to.
type target struct {
	*version
	qualifier string // a number or an alias; "" of $LATEST
}

// arn is the ARN by which the target is named.
func (t target) arn() string {
	if t.qualifier == "" {
		return t.function.arn
	}
	return t.function.arn + ":" + t.qualifier
}

// qualifiedARN is the ARN with the qualifier, as invocation records have it.
func (t target) qualifiedARN() string { return t.function.arn + ":" + cmp.Or(t.qualifier, latest) }

// find returns what a reference leads to.
func (s *Service) find(text, qualifier string) (target, error) {
	r, err := s.parseReference(text, qualifier)
	if err != nil {
		return target{}, err
	}
	return s.findReference(r)
}

func (s *Service) findReference(r reference) (target, error) {
	f := s.state.function(r.name)
	if f == nil {
		return target{}, s.notFound(s.arn(r))
	}
	v := s.state.resolve(f, r.qualifier)
	if v == nil {
		return target{}, s.notFound(s.arn(r))
	}
	if r.qualifier == latest {
		r.qualifier = ""
	}
	return target{v, r.qualifier}, nil
}

// findFunction returns the function of a reference without a qualifier.
func (s *Service) findFunction(text string) (*function, error) {
	r, err := s.parseReference(text, "")
	if err != nil {
		return nil, err
	}
	if r.qualifier != "" && r.qualifier != latest {
		return nil, invalid("This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. " +
			"Please specify either a function name or an unqualified function ARN.")
	}
	t, err := s.findReference(r)
	if err != nil {
		return nil, err
	}
	return t.function, nil
}

// onFunction is the input of operations that need no more than a function.
type onFunction struct {
	FunctionName string
	Qualifier    string
}

// access returns the access function of an operation on one function. One
// that does not exist has no policy; the operation says so afterwards.
func (s *Service) access(action string) func(context.Context, *onFunction) ([]iam.Access, error) {
	return func(_ context.Context, in *onFunction) ([]iam.Access, error) {
		return s.accessTo(action, in.FunctionName, in.Qualifier)
	}
}

func (s *Service) accessTo(action, name, qualifier string) ([]iam.Access, error) {
	r, err := s.parseReference(name, qualifier)
	if err != nil {
		return nil, err
	}
	access := iam.Access{Action: action, Resource: s.arn(r)}
	if f := s.state.function(r.name); f != nil {
		access.ResourcePolicy = s.state.policy(f, r.qualifier).compiled
	}
	return []iam.Access{access}, nil
}

// functionIn returns the function that a property of a template names.
func (s *Service) functionIn(property, text string) (*function, error) {
	f, err := s.findFunction(text)
	if err != nil {
		return nil, fmt.Errorf("property %s: %w", property, err)
	}
	return f, nil
}

// targetIn returns what a property of a template leads to.
func (s *Service) targetIn(property, text, qualifier string) (target, error) {
	t, err := s.find(text, qualifier)
	if err != nil {
		return target{}, fmt.Errorf("property %s: %w", property, err)
	}
	return t, nil
}
