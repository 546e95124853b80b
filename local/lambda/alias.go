package lambda

import (
	"fmt"
	"regexp"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
)

// alias is a name that leads to a version of a function. It never changes: it
// is replaced.
type alias struct {
	function    *function
	name        string
	version     *version
	description string
	id          string // of this revision of the alias
}

func (a *alias) arn() string { return a.function.arn + ":" + a.name }

// Names of aliases are no numbers: those are versions.
var (
	aliasName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	allDigits = regexp.MustCompile(`^[0-9]+$`)
)

func checkAlias(name, description string) error {
	if !aliasName.MatchString(name) || allDigits.MatchString(name) {
		return fmt.Errorf("property Name: %q is not 1 to 128 letters, digits, - and _, or is a number", name)
	}
	if len(description) > maxDescription {
		return fmt.Errorf("property Description: %d characters are more than %d", len(description), maxDescription)
	}
	return nil
}

// addAlias adds an alias of a version.
func (s *state) addAlias(f *function, name, version, description string) (*alias, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.aliases[name] != nil {
		return nil, &frontdoor.Error{Code: "ResourceConflictException", Status: 409, Message: "Alias already exists: " + f.arn + ":" + name}
	}
	v, err := s.versionNamed(f, version)
	if err != nil {
		return nil, err
	}
	a := &alias{f, name, v, description, uuid.NewString()}
	f.aliases[name] = a
	return a, nil
}

// changeAlias changes what is given of an alias.
func (s *state) changeAlias(f *function, name string, version, description *string) (*alias, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := f.aliases[name]
	if old == nil {
		return nil, noAlias(f, name)
	}
	next := *old
	next.id = uuid.NewString()
	replace(&next.description, description)
	if version != nil {
		v, err := s.versionNamed(f, *version)
		if err != nil {
			return nil, err
		}
		next.version = v
	}
	f.aliases[name] = &next
	return &next, nil
}

// removeAlias removes an alias, with its resource policy and what is
// configured of its asynchronous invocation.
func (s *state) removeAlias(f *function, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.aliases[name] == nil {
		return noAlias(f, name)
	}
	delete(f.aliases, name)
	delete(f.policies, name)
	delete(f.asyncs, name)
	return nil
}

func noAlias(f *function, name string) *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "Cannot find alias arn: " + f.arn + ":" + name}
}
