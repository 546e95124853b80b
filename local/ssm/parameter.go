package ssm

import (
	"slices"
	"time"
)

// parameter is a parameter as it is kept.
type parameter struct {
	Name           string
	Type           string
	Description    string
	AllowedPattern string
	User           string    // ARN of who has written the newest version
	Versions       []version // oldest first; at least one
}

// version is a value that the parameter has or had.
type version struct {
	Number   int64
	Value    string
	Modified time.Time
}

// maxVersions is how many versions are kept: a new one takes the place of the
// oldest.
const maxVersions = 100

func (p *parameter) newest() version { return p.Versions[len(p.Versions)-1] }

// numbered returns the version of a number.
func (p *parameter) numbered(number int64) (version, bool) {
	i := slices.IndexFunc(p.Versions, func(v version) bool { return v.Number == number })
	if i < 0 {
		return version{}, false
	}
	return p.Versions[i], true
}

// next returns the parameter with a new version of the given settings. p is
// the parameter before, or nil.
func (p *parameter) next(set settings, user string) *parameter {
	changed := &parameter{Name: set.Name, Type: set.Type, Description: set.Description, AllowedPattern: set.AllowedPattern, User: user}
	number := int64(1)
	if p != nil {
		changed.Versions = slices.Clone(p.Versions[max(0, len(p.Versions)-maxVersions+1):])
		number = p.newest().Number + 1
	}
	changed.Versions = append(changed.Versions, version{number, set.Value, time.Now().UTC()})
	return changed
}

// has tells whether a parameter is what the settings say.
func (p *parameter) has(set settings) bool {
	return p.Type == set.Type && p.Description == set.Description &&
		p.AllowedPattern == set.AllowedPattern && p.newest().Value == set.Value
}

// preset are the parameters that an account has from the start: the version of
// the bootstrap resources, here the one in the bootstrap template of the CDK
// CLI 2.1148.1. They come after those that were made under the same name.
var preset = map[string]string{"/cdk-bootstrap/hnb659fds/version": "33"}

// find returns the parameter of a name, or nil. The caller holds the lock.
func (s *Service) find(name string) *parameter {
	if p, ok := s.parameters[name]; ok {
		return p
	}
	if value, ok := preset[name]; ok {
		return &parameter{
			Name: name, Type: typeString, User: "arn:aws:iam::" + s.Account + ":root",
			Versions: []version{{1, value, s.started}},
		}
	}
	return nil
}

// names returns the names of all parameters, sorted. The caller holds the lock.
func (s *Service) names() []string {
	var names []string
	for name := range s.parameters {
		names = append(names, name)
	}
	for name := range preset {
		if s.parameters[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
