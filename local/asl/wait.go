package asl

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
)

// wait is what a Wait state does: exactly one of its fields is set.
type wait struct {
	seconds   *time.Duration
	until     *time.Time
	secondsAt *path
	untilAt   *path
}

func (n *node) wait() *wait {
	fields := []string{"Seconds", "Timestamp", "SecondsPath", "TimestampPath"}
	n.exclusive(fields...)
	if !slices.ContainsFunc(fields, n.has) {
		n.fail("", "One of these fields is required: [%s]", strings.Join(fields, ", "))
	}
	w := &wait{}
	if seconds, ok := n.seconds("Seconds", 0); ok {
		w.seconds = &seconds
	}
	if text, ok := n.optionalString("Timestamp"); ok {
		until, valid := parseTimestamp(text)
		if !valid {
			n.fail("Timestamp", "Expected an RFC 3339 timestamp, got %q", text)
		}
		w.until = &until
	}
	if p, ok := n.reference("SecondsPath"); ok {
		w.secondsAt = &p
	}
	if p, ok := n.reference("TimestampPath"); ok {
		w.untilAt = &p
	}
	return w
}

// duration returns how long to wait since the state was entered; 0 or less for
// no time.
func (w *wait) duration(d data, since time.Time) (time.Duration, error) {
	var err error
	delay := time.Duration(0)
	switch {
	case w.seconds != nil:
		return *w.seconds, nil
	case w.until != nil:
		delay = w.until.Sub(since)
	case w.secondsAt != nil:
		delay, err = w.secondsFrom(d)
	case w.untilAt != nil:
		delay, err = w.untilFrom(d, since)
	}
	if err == nil && delay > math.MaxInt32*time.Second {
		err = faultf("Wait state delay is too long.")
	}
	return delay, err
}

func (w *wait) secondsFrom(d data) (time.Duration, error) {
	value, err := w.secondsAt.get(d)
	if err != nil {
		return 0, err
	}
	n, _ := value.(json.Number)
	seconds, err := n.Int64()
	if err != nil {
		return 0, faultf("The SecondsPath parameter cannot be parsed as a long value: %s == %s", w.secondsAt.text, printed(value))
	}
	if seconds < 0 {
		return 0, faultf("The SecondsPath parameter references a negative value: %s == %d", w.secondsAt.text, seconds)
	}
	return time.Duration(min(seconds, math.MaxInt32+1)) * time.Second, nil
}

func (w *wait) untilFrom(d data, since time.Time) (time.Duration, error) {
	value, err := w.untilAt.get(d)
	if err != nil {
		return 0, err
	}
	until, valid := parseTimestamp(value)
	if !valid {
		return 0, faultf("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s",
			w.untilAt.text, printed(value))
	}
	return until.Sub(since), nil
}

// wholeNumber is the integer that a path of a field found.
func wholeNumber(value any, field, path string) (int64, error) {
	n, _ := value.(json.Number)
	i, err := n.Int64()
	if err != nil {
		return 0, faultf("The %s field refers to value \"%s\" which is not a valid integer: %s", field, printed(value), path)
	}
	return i, nil
}

// printed is a value in an error message: strings without quotes.
func printed(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	text, err := encode(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
