package stepfunctions

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"eda-demo/local/frontdoor"
)

// servicePrincipal is who assumes the machines' roles.
const servicePrincipal = "states.amazonaws.com"

// Resource types in ARNs.
const (
	machineResource   = "stateMachine"
	executionResource = "execution"
	expressResource   = "express"
)

func (s *Service) arn(resource string) string {
	return fmt.Sprintf("arn:aws:states:%s:%s:%s", s.Region, s.Account, resource)
}

func (s *Service) machineARN(name string) string { return s.arn(machineResource + ":" + name) }

// checkARN tells whether an ARN is one of this service and the given type.
func (s *Service) checkARN(arn, resource string) error {
	parts := strings.SplitN(arn, ":", 7)
	if len(parts) < 7 || parts[0] != "arn" || parts[2] != "states" {
		return frontdoor.Errorf("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: %s'", arn)
	}
	if parts[5] != resource {
		return frontdoor.Errorf("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: %s'", parts[5])
	}
	return nil
}

// checkName enforces the names of state machines and executions: 1 to 80
// characters without blanks, brackets, wildcards and other special characters.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func checkName(name string) error {
	valid := name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= 80
	for _, c := range name {
		if unicode.IsSpace(c) || unicode.IsControl(c) || strings.ContainsRune("<>{}[]?*\"#%\\^|~`$&,;:/", c) {
			valid = false
		}
	}
	if !valid {
		return frontdoor.Errorf("InvalidName", "Invalid Name: '%s'", name)
	}
	return nil
}

// validation is the error of a member that is out of its range.
func validation(format string, args ...any) error {
	return frontdoor.Errorf("ValidationException", "1 validation error detected: "+format, args...)
}
