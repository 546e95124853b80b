package frontdoor

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Timestamp is a point in time as the JSON protocols write it: seconds since
// 1970 as a number, to the millisecond. Answers in XML write it as RFC 3339.
type Timestamp struct{ time.Time }

// At returns t as a Timestamp.
func At(t time.Time) Timestamp { return Timestamp{t} }

// MarshalJSON writes seconds with up to three decimals.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(t.UnixMilli()) / 1000)
}

// UnmarshalJSON reads seconds as a number, or an RFC 3339 text; null changes
// nothing.
func (t *Timestamp) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var seconds float64
	if err := json.Unmarshal(raw, &seconds); err == nil {
		if math.Abs(seconds) > 1e12 {
			return fmt.Errorf("timestamp %s is out of range", raw)
		}
		t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
		return nil
	}
	return json.Unmarshal(raw, &t.Time)
}
