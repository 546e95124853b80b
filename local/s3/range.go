package s3

import (
	"net/http"
	"strconv"
	"strings"

	"eda-demo/local/frontdoor"
)

// extent is the part of an object that is wanted, in bytes.
type extent struct {
	from, length int64
	partial      bool
}

// parseRange reads a Range header for an object of the given size. One that is
// no single range of bytes counts for nothing, as RFC 9110, 14.2 has it.
func parseRange(header string, size int64) (extent, error) {
	whole := extent{0, size, false}
	text, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, found := strings.Cut(strings.TrimSpace(text), "-")
	if !isBytes || !found {
		return whole, nil
	}
	from, to := int64(0), size-1
	var ok bool
	switch {
	case first == "":
		if from, ok = position(last); !ok {
			return whole, nil
		}
		if from == 0 {
			return whole, invalidRange(header, size)
		}
		from = max(size-from, 0)
	case last == "":
		if from, ok = position(first); !ok {
			return whole, nil
		}
	default:
		var until int64
		from, ok = position(first)
		if until, found = position(last); !ok || !found || until < from {
			return whole, nil
		}
		to = min(until, to)
	}
	if from >= size {
		return whole, invalidRange(header, size)
	}
	return extent{from, to - from + 1, true}, nil
}

func position(digits string) (int64, bool) {
	n, err := strconv.ParseUint(digits, 10, 63)
	return int64(n), err == nil
}

func invalidRange(header string, size int64) error {
	return &frontdoor.Error{
		Code: "InvalidRange", Message: "The requested range is not satisfiable", Status: http.StatusRequestedRangeNotSatisfiable,
		Members: map[string]any{"RangeRequested": header, "ActualObjectSize": size},
	}
}
