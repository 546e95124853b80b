package lambda

import "time"

// preparedFor is how long unpacked code waits for a function that is to have it.
const preparedFor = time.Minute

// Prepare begins to unpack what may be the code of a function that is created
// or updated soon. What is wrong with it is told when that happens.
func (s *Service) Prepare(bucket, key string) {
	s.preparing.Go(func() {
		found, err := s.open(code{bucket, key})
		if err != nil {
			return
		}
		select {
		case <-time.After(preparedFor):
		case <-s.mappings.Done():
		}
		if err := found.Release(); err != nil {
			s.config.Log.Error("remove code that was prepared", "error", err)
		}
	})
}
