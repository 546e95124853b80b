package ssm

import (
	"encoding/base64"

	"eda-demo/local/frontdoor"
)

// paginate returns the parameters after those that token stands for, most of
// them at once, and the token of the rest.
func paginate(all []*parameter, limit *int, most int, token string) (page []*parameter, next string, err error) {
	size := most
	if limit != nil {
		size = *limit
	}
	if size < 1 || size > most {
		return nil, "", validation("Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value from 1 to %d", size, most)
	}
	after, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, "", frontdoor.Errorf("InvalidNextToken", "The specified token isn't valid.")
	}
	for len(all) > 0 && token != "" && all[0].Name <= string(after) {
		all = all[1:]
	}
	if len(all) <= size {
		return all, "", nil
	}
	return all[:size], base64.RawURLEncoding.EncodeToString([]byte(all[size-1].Name)), nil
}
