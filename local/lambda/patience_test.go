package lambda

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"eda-demo/local/frontdoor"
)

func TestPatience(t *testing.T) {
	throttled := frontdoor.Errorf("RequestThrottled", "Rate exceeded")
	tests := map[string]struct {
		errors []error // of the attempts, the last one of all further ones
		tries  int
		ends   error
	}{
		"works":            {[]error{nil}, 1, nil},
		"works in time":    {[]error{throttled, &frontdoor.Error{Code: "InternalFailure", Status: 500}, nil}, 3, nil},
		"never works":      {[]error{throttled}, noticeAttempts, throttled},
		"is not temporary": {[]error{frontdoor.Errorf("AccessDenied", "no")}, 1, errors.New("AccessDenied: no")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				err := patiently(context.Background(), func() error {
					tries++
					return test.errors[min(tries, len(test.errors))-1]
				})
				if tries != test.tries || (err == nil) != (test.ends == nil) || err != nil && err.Error() != test.ends.Error() {
					t.Errorf("ended with %v after %d tries, want %v after %d", err, tries, test.ends, test.tries)
				}
			})
		})
	}
}
