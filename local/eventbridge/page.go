package eventbridge

import (
	"encoding/base64"
	"strconv"
)

// maxPage is how many items a list operation returns at most.
const maxPage = 100

// pageOf cuts one page out of a list and returns the token of the next, ""
// after the last.
func pageOf[T any](all []T, token string, limit int) (page []T, next string, err error) {
	if limit < 0 || limit > maxPage {
		return nil, "", constraint(limit, "limit", "have value between 1 and "+strconv.Itoa(maxPage))
	}
	if limit == 0 {
		limit = maxPage
	}
	start := 0
	if token != "" {
		raw, err := base64.StdEncoding.DecodeString(token)
		if err == nil {
			start, err = strconv.Atoi(string(raw))
		}
		if err != nil || start < 0 {
			return nil, "", invalid("Token is invalid.")
		}
	}
	start = min(start, len(all))
	end := min(start+limit, len(all))
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return all[start:end], next, nil
}
