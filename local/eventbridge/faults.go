package eventbridge

import "context"

// Faults has entries of PutEvents fail on purpose.
type Faults interface {
	// Entry tells whether an entry is refused, or is taken and its success lost.
	Entry(ctx context.Context, where string, entry any) (throttled, lost bool)
}

// putDisturbed puts an entry, with the faults if there are any.
func (s *Service) putDisturbed(ctx context.Context, entry *putEventsEntry) putEventsResult {
	if s.Faults == nil {
		return s.putEntry(entry)
	}
	throttled, lost := s.Faults.Entry(ctx, "entry of events.PutEvents", entry)
	if throttled {
		return putEventsResult{ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded"}
	}
	result := s.putEntry(entry)
	if lost && result.ErrorCode == "" {
		return putEventsResult{ErrorCode: "InternalFailure", ErrorMessage: "An internal failure occurred."}
	}
	return result
}
