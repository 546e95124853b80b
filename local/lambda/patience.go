package lambda

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
)

// A notice is tried to be delivered so often, with pauses that double: what
// waiting may cure would be lost otherwise. AWS documents that it retries, but
// not how.
const (
	noticeAttempts   = 6
	firstNoticePause = 100 * time.Millisecond
)

// patiently tries again what failed for want of capacity, or by a failure of
// the called service.
func patiently(ctx context.Context, try func() error) error {
	for attempt := 1; ; attempt++ {
		err := try()
		if err == nil || attempt == noticeAttempts || !isTemporary(err) {
			return err
		}
		timer := time.NewTimer(firstNoticePause << (attempt - 1))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

func isTemporary(err error) bool {
	var known *frontdoor.Error
	return errors.As(err, &known) &&
		(known.Status >= http.StatusInternalServerError || known.Status == http.StatusTooManyRequests || strings.Contains(known.Code, "Throttl"))
}
