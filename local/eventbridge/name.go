package eventbridge

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"eda-demo/local/frontdoor"
)

const defaultBus = "default"

var (
	busNamePattern    = regexp.MustCompile(`^[/.\-_A-Za-z0-9]+$`)
	ruleNamePattern   = regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)
	targetNamePattern = ruleNamePattern
)

func (s *Service) busARN(bus string) string {
	return s.arn("event-bus/" + bus)
}

// ruleARN leaves the default bus out, as AWS does.
func (s *Service) ruleARN(bus, rule string) string {
	if bus == defaultBus {
		return s.arn("rule/" + rule)
	}
	return s.arn("rule/" + bus + "/" + rule)
}

func (s *Service) arn(resource string) string {
	return "arn:aws:events:" + s.Region + ":" + s.Account + ":" + resource
}

// busName returns the name in a reference to a bus: a name, an ARN, or nothing
// for the default bus.
func (s *Service) busName(reference string) (string, error) {
	if reference == "" {
		return defaultBus, nil
	}
	if !strings.HasPrefix(reference, "arn:") {
		return reference, nil
	}
	name, ours := strings.CutPrefix(reference, s.busARN(""))
	if !ours {
		return "", invalid("Event bus %s is not in account %s and Region %s; others are not supported.", reference, s.Account, s.Region)
	}
	return name, nil
}

func invalid(format string, args ...any) error {
	return frontdoor.Errorf("ValidationException", format, args...)
}

func notFound(format string, args ...any) error {
	return frontdoor.Errorf("ResourceNotFoundException", format, args...)
}

func tooMany() error {
	return frontdoor.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

// constraint is the message of the checks that AWS makes from its API model.
func constraint(value any, member, rule string) error {
	return invalid("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s", value, member, rule)
}

// checkName checks a name's length and characters; member is its place in the
// input, such as "name".
func checkName(name, member string, limit int, pattern *regexp.Regexp) error {
	switch {
	case name == "":
		return constraint(name, member, "have length greater than or equal to 1")
	case utf8.RuneCountInString(name) > limit:
		return constraint(name, member, fmt.Sprintf("have length less than or equal to %d", limit))
	case !pattern.MatchString(name):
		return constraint(name, member, "satisfy regular expression pattern: "+strings.Trim(pattern.String(), "^$"))
	}
	return nil
}

func checkLength(text, member string, limit int) error {
	if utf8.RuneCountInString(text) > limit {
		return constraint(text, member, fmt.Sprintf("have length less than or equal to %d", limit))
	}
	return nil
}
