// Package declared has what services do alike with the resources that
// templates declare: it reads their tags and words the refusals that
// CloudFormation words itself, whatever the service.
package declared

import (
	"strings"
	"unicode/utf8"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Limits of tags: how many a resource has, and the characters of one.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// Tags returns a list of tags as a map. A key that is given twice, empty or
// AWS's own is refused, as are tags beyond the limits.
func Tags(list []resource.Tag) (map[string]string, error) {
	if len(list) > maxTags {
		return nil, invalid("property Tags has %d members, more than %d", len(list), maxTags)
	}
	tags := map[string]string{}
	for _, tag := range list {
		if _, twice := tags[tag.Key]; twice {
			return nil, invalid("property Tags has the key %q twice", tag.Key)
		}
		if err := check(tag); err != nil {
			return nil, err
		}
		tags[tag.Key] = tag.Value
	}
	return tags, nil
}

func check(tag resource.Tag) error {
	switch {
	case tag.Key == "" || utf8.RuneCountInString(tag.Key) > maxTagKey:
		return invalid("property Tags: the key %q has not 1 to %d characters", tag.Key, maxTagKey)
	case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
		return invalid("property Tags: the key %q begins with aws:, which is reserved", tag.Key)
	case utf8.RuneCountInString(tag.Value) > maxTagValue:
		return invalid("property Tags: the value of %q has more than %d characters", tag.Key, maxTagValue)
	}
	return nil
}

// Taken is the refusal to create a resource whose name another one has.
func Taken(definition resource.Definition, name string) error {
	return frontdoor.Errorf("AlreadyExists", "Resource of type '%s' with identifier '%s' already exists.", definition.Type, name)
}

// Gone is the refusal to update a resource that somebody has deleted.
func Gone(definition resource.Definition) error {
	return frontdoor.Errorf("NotFound", "Resource of type '%s' with identifier '%s' was not found.", definition.Type, definition.PhysicalID)
}

func invalid(format string, args ...any) error {
	return frontdoor.Errorf("InvalidRequest", format, args...)
}
