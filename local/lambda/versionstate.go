package lambda

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
)

// resolve returns what a qualifier of a function leads to; nil if there is no
// such version or alias.
func (s *state) resolve(f *function, qualifier string) *version {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if a := f.aliases[qualifier]; a != nil {
		return a.version
	}
	v, err := s.versionNamed(f, cmp.Or(qualifier, latest))
	if err != nil {
		return nil
	}
	return v
}

// versionNamed returns a version by $LATEST or its number; s.mu is held.
func (s *state) versionNamed(f *function, name string) (*version, error) {
	if name == latest {
		return f.latest, nil
	}
	for _, v := range f.versions {
		if v.name == name {
			return v, nil
		}
	}
	return nil, &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "Function not found: " + f.arn + ":" + name}
}

// version returns a published version, or nil.
func (s *state) version(f *function, number int) *version {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f.versions[number]
}

// lastVersion returns the version that was published last, nil if it is gone
// or there is none.
func (s *state) lastVersion(f *function) *version {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f.versions[s.published[f.name]]
}

// nextNumber is that of the next version.
func (s *state) nextNumber(f *function) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.published[f.name] + 1
}

// addVersion adds a published version.
func (s *state) addVersion(v *version) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := v.function
	if s.functions[f.name] != f {
		return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "Function not found: " + f.arn}
	}
	f.versions[v.number()] = v
	s.published[f.name] = max(s.published[f.name], v.number())
	return nil
}

// removeVersion removes and returns a published version with what is
// configured of it; nil if there is none.
func (s *state) removeVersion(f *function, number int) (*version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := f.versions[number]
	if v == nil {
		return nil, nil
	}
	var users []string
	for _, a := range f.aliases {
		if a.version == v {
			users = append(users, a.name)
		}
	}
	if users != nil {
		slices.Sort(users)
		return nil, versionInUse(users)
	}
	delete(f.versions, number)
	delete(f.policies, v.name)
	delete(f.asyncs, v.name)
	return v, nil
}

// versionsOf returns $LATEST and the published versions of a function, the
// oldest first.
func (s *state) versionsOf(f *function) []*version {
	s.mu.RLock()
	defer s.mu.RUnlock()
	published := slices.SortedFunc(maps.Values(f.versions), func(a, b *version) int { return a.number() - b.number() })
	return append([]*version{f.latest}, published...)
}

// alias returns an alias of a function, or nil.
func (s *state) alias(f *function, name string) *alias {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f.aliases[name]
}

// aliasesOf returns the aliases of a function by name.
func (s *state) aliasesOf(f *function) []*alias {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(f.aliases), func(a, b *alias) int { return strings.Compare(a.name, b.name) })
}
