package cloudformation

import (
	"encoding/base64"
	"slices"
)

// pageSize is how many entries one answer has.
const pageSize = 100

// page returns the entries after the one that a token names, and the token of
// the next page, "" if there is none. A token names the last entry given, so
// that it stays right when new ones come to stand before it.
func page[T any](list []T, token string, key func(T) string) ([]T, string, error) {
	if token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		at := slices.IndexFunc(list, func(entry T) bool { return key(entry) == string(last) })
		if err != nil || at < 0 {
			return nil, "", invalid("Invalid token: %s", token)
		}
		list = list[at+1:]
	}
	if len(list) <= pageSize {
		return list, "", nil
	}
	list = list[:pageSize]
	return list, base64.RawURLEncoding.EncodeToString([]byte(key(list[pageSize-1]))), nil
}
