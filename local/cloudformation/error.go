package cloudformation

import (
	"errors"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

// refusal is an engine's error as the API names it. What is no refusal stays
// as it is and becomes an internal failure.
func refusal(err error) error {
	if exists, ok := errors.AsType[*provision.Exists](err); ok {
		return frontdoor.Errorf("AlreadyExistsException", "%s", exists)
	}
	if refused, ok := errors.AsType[*provision.Invalid](err); ok {
		return frontdoor.Errorf(validationError, "%s", refused)
	}
	return err
}

func invalid(format string, arguments ...any) error {
	return frontdoor.Errorf(validationError, format, arguments...)
}

// constraint refuses a member's value in the words of the checks that all
// operations begin with.
func constraint(value, member, rule string) error {
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, member, rule)
}

// missing refuses a request without a member that it needs.
func missing(member string) error {
	return invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

// unsupported refuses a parameter that would change what an operation does.
func unsupported(parameter string) error {
	return invalid("%s is not supported", parameter)
}

// stack returns a stack for operations that show it: by its id, a deleted one
// too.
func (s *Service) stack(name string) (provision.Stack, error) {
	if name == "" {
		return provision.Stack{}, missing("stackName")
	}
	found, there := s.config.Engine.Stack(name)
	if !there {
		return found, invalid("Stack with id %s does not exist", name)
	}
	return found, nil
}

// active returns a stack for operations that need one that is not deleted.
func (s *Service) active(name string) (provision.Stack, error) {
	if name == "" {
		return provision.Stack{}, missing("stackName")
	}
	found, there := s.config.Engine.Stack(name)
	if !there || found.Status == provision.DeleteComplete {
		return found, invalid("Stack [%s] does not exist", name)
	}
	return found, nil
}
