package httpapi

import "time"

// SetDrainTime has requests in flight of a deleted API be cut off sooner.
func (s *Service) SetDrainTime(d time.Duration) { s.drainTime = d }
