package lambda

import (
	"encoding/json"
	"time"
)

// preparedFor is how long unpacked code waits for the function that is to have
// it. A change set may never be executed.
const preparedFor = time.Minute

// Prepare begins to unpack the code of an AWS::Lambda::Function that may be
// created or updated soon, to have the properties given. Whatever is wrong with
// them is told when that happens.
func (s *Service) Prepare(properties json.RawMessage) {
	var declared struct{ Code code }
	if err := json.Unmarshal(properties, &declared); err != nil || declared.Code.S3Key == "" {
		return
	}
	s.preparing.Go(func() {
		found, err := s.open(declared.Code)
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
