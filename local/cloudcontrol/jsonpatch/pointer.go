package jsonpatch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pointer splits a JSON Pointer: https://datatracker.ietf.org/doc/html/rfc6901
func pointer(text *string, member string) ([]string, error) {
	switch {
	case text == nil:
		return nil, fmt.Errorf("it has no %s", member)
	case *text == "":
		return nil, nil
	case !strings.HasPrefix(*text, "/"):
		return nil, fmt.Errorf("%s %q does not begin with a slash", member, *text)
	}
	tokens := strings.Split((*text)[1:], "/")
	for i, token := range tokens {
		for _, after := range strings.Split(token, "~")[1:] {
			if after == "" || after[0] != '0' && after[0] != '1' {
				return nil, fmt.Errorf("%s %q has a ~ that is neither ~0 nor ~1", member, *text)
			}
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

var errAbsent = errors.New("there is no such value")

// index is the element that a token means in a list of some length.
func index(token string, length int) (int, error) {
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || strconv.Itoa(i) != token {
		return 0, fmt.Errorf("%q is not an index", token)
	}
	if i >= length {
		return 0, errAbsent
	}
	return i, nil
}

func find(value any, path []string) (any, error) {
	for _, token := range path {
		switch container := value.(type) {
		case map[string]any:
			member, there := container[token]
			if !there {
				return nil, errAbsent
			}
			value = member
		case []any:
			i, err := index(token, len(container))
			if err != nil {
				return nil, err
			}
			value = container[i]
		default:
			return nil, errAbsent
		}
	}
	return value, nil
}

// change replaces the container of a path's last token by what edit makes of
// it, and returns the document.
func change(root any, path []string, edit func(container any, token string) (any, error)) (any, error) {
	if len(path) == 1 {
		return edit(root, path[0])
	}
	inner, err := find(root, path[:1])
	if err != nil {
		return nil, err
	}
	changed, err := change(inner, path[1:], edit)
	if err != nil {
		return nil, err
	}
	switch container := root.(type) {
	case map[string]any:
		container[path[0]] = changed
	case []any:
		i, err := index(path[0], len(container))
		if err != nil {
			return nil, err
		}
		container[i] = changed
	}
	return root, nil
}

func add(root any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	return change(root, path, func(container any, token string) (any, error) {
		switch container := container.(type) {
		case map[string]any:
			container[token] = value
			return container, nil
		case []any:
			if token == "-" {
				return append(container, value), nil
			}
			i, err := index(token, len(container)+1)
			if err != nil {
				return nil, err
			}
			return slices.Insert(container, i, value), nil
		}
		return nil, errAbsent
	})
}

func replace(root any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	return change(root, path, func(container any, token string) (any, error) {
		if _, err := find(container, []string{token}); err != nil {
			return nil, err
		}
		switch container := container.(type) {
		case map[string]any:
			container[token] = value
		case []any:
			i, err := index(token, len(container))
			if err != nil {
				return nil, err
			}
			container[i] = value
		}
		return container, nil
	})
}

func remove(root any, path []string) (changed, removed any, err error) {
	if len(path) == 0 {
		return nil, root, nil
	}
	changed, err = change(root, path, func(container any, token string) (any, error) {
		if removed, err = find(container, []string{token}); err != nil {
			return nil, err
		}
		switch container := container.(type) {
		case map[string]any:
			delete(container, token)
			return container, nil
		case []any:
			i, err := index(token, len(container))
			if err != nil {
				return nil, err
			}
			return slices.Delete(container, i, i+1), nil
		}
		return nil, errAbsent
	})
	return changed, removed, err
}
