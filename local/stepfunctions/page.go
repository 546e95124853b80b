package stepfunctions

import (
	"encoding/base64"
	"strconv"

	"eda-demo/local/frontdoor"
)

// pageInput is what operations that list in pages take.
type pageInput struct {
	MaxResults int    `json:"maxResults"`
	NextToken  string `json:"nextToken"`
}

// page returns how many entries to list, and where the token says to go on; 0
// for the beginning. 0 results stand for 100, at most 1,000 are given.
func (in pageInput) page() (limit int, from int64, err error) {
	limit = in.MaxResults
	switch {
	case limit == 0:
		limit = 100
	case limit > 1000:
		return 0, 0, validation("Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000", limit)
	case limit < 0:
		return 0, 0, validation("Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0", limit)
	}
	if in.NextToken == "" {
		return limit, 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(in.NextToken)
	if err == nil {
		from, err = strconv.ParseInt(string(text), 10, 64)
	}
	if err != nil || from < 1 {
		return 0, 0, frontdoor.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	}
	return limit, from, nil
}

func token(from int64) string {
	return base64.StdEncoding.EncodeToString([]byte(strconv.FormatInt(from, 10)))
}
