package ssm

import (
	"strconv"
	"strings"

	"eda-demo/local/frontdoor"
)

// reference is how a caller names a parameter: its name or ARN, and maybe a
// version after a colon.
type reference struct {
	name     string
	selector string // ":3"; "" for the newest version
}

func (s *Service) reference(text string) reference {
	text, isARN := strings.CutPrefix(text, "arn:aws:ssm:"+s.Region+":"+s.Account+":parameter")
	name, selector, found := strings.Cut(text, ":")
	if found {
		selector = ":" + selector
	}
	if isARN && strings.Count(name, "/") == 1 && !s.exists(name) {
		name = name[1:] // the ARN doesn't tell whether the name has the slash
	}
	return reference{name, selector}
}

func (s *Service) exists(name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(name) != nil
}

// resolve returns the parameter and the version that a reference means.
func (s *Service) resolve(r reference) (*parameter, version, error) {
	s.mu.RLock()
	p := s.find(r.name)
	s.mu.RUnlock()
	if p == nil {
		return nil, version{}, notFound(r.name)
	}
	if r.selector == "" {
		return p, p.newest(), nil
	}
	number, err := strconv.ParseInt(r.selector[1:], 10, 64)
	if v, ok := p.numbered(number); ok && err == nil {
		return p, v, nil
	}
	return nil, version{}, frontdoor.Errorf("ParameterVersionNotFound",
		"Systems Manager could not find version %s of %s. Verify the version and try again.", r.selector[1:], r.name)
}

func notFound(name string) error {
	return frontdoor.Errorf("ParameterNotFound", "Parameter %s not found.", name)
}
