package eventsource

import (
	"bytes"
	"encoding/json"
	"slices"
)

// firstFailure returns the index of the first failed item, given the ids of
// all items in order; their number if none failed.
func (s *Settings) firstFailure(answer Answer, ids []string) int {
	failed, whole := s.failedItems(answer, ids)
	switch {
	case whole:
		return 0
	case len(failed) == 0:
		return len(ids)
	}
	return slices.Min(failed)
}

// failedItems returns the indexes of the items that the function reports as
// failed. whole tells that the whole batch has failed: by an error, or by a
// report that names an item that is not there.
func (s *Settings) failedItems(answer Answer, ids []string) (failed []int, whole bool) {
	if answer.Failed {
		return nil, true
	}
	if !s.reportsFailures() || len(bytes.TrimSpace(answer.Payload)) == 0 {
		return nil, false
	}
	var report struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if json.Unmarshal(answer.Payload, &report) != nil {
		return nil, true
	}
	for _, item := range report.BatchItemFailures {
		at := slices.Index(ids, item.ItemIdentifier)
		if at < 0 {
			return nil, true
		}
		failed = append(failed, at)
	}
	return failed, false
}
