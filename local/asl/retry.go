package asl

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// maxDelayLimit is the largest MaxDelaySeconds, in seconds.
const maxDelayLimit = 31_622_400

// retrier says how often and after what delays to repeat a state that failed.
// https://states-language.net/spec.html#retrying-after-error
type retrier struct {
	errors   []string
	interval time.Duration
	attempts int64
	rate     float64
	// longest is 0 if delays are not limited.
	longest time.Duration
	jitter  bool
}

func (n *node) retry() []retrier {
	nodes := n.list("Retry")
	retriers := make([]retrier, len(nodes))
	for i, r := range nodes {
		retriers[i] = r.retrier(i == len(nodes)-1)
	}
	return retriers
}

func (n *node) retrier(last bool) retrier {
	r := retrier{errors: n.errorEquals(last), interval: time.Second, attempts: 3, rate: 2}
	n.optionalString("Comment")
	if interval, ok := n.seconds("IntervalSeconds", 1); ok {
		r.interval = interval
	}
	if attempts, ok := n.integer("MaxAttempts", 0); ok {
		r.attempts = attempts
	}
	if n.optional("BackoffRate", &r.rate, "a number") && r.rate < 1 {
		n.fail("BackoffRate", "BackoffRate must be at least 1.0")
	}
	if longest, ok := n.seconds("MaxDelaySeconds", 1); ok {
		r.longest = longest
		if longest <= r.interval || longest >= maxDelayLimit*time.Second {
			n.fail("MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds and less than %d", maxDelayLimit)
		}
	}
	if strategy, ok := n.optionalString("JitterStrategy"); ok {
		if strategy != "FULL" && strategy != "NONE" {
			n.fail("JitterStrategy", "JitterStrategy must be FULL or NONE, not %q", strategy)
		}
		r.jitter = strategy == "FULL"
	}
	n.done()
	return r
}

// errorEquals takes a non-empty list of error names. States.ALL stands alone,
// in the last entry.
func (n *node) errorEquals(last bool) []string {
	n.require("ErrorEquals")
	var names []string
	if !n.optional("ErrorEquals", &names, "an array of strings") {
		return nil
	}
	if len(names) == 0 {
		n.fail("ErrorEquals", "Expected at least one error name")
	}
	if slices.Contains(names, errAll) && (len(names) > 1 || !last) {
		n.fail("ErrorEquals", "States.ALL must stand alone and in the last entry")
	}
	return names
}

// delay returns how long to wait before the attempt that follows so many
// retries by this retrier.
func (r retrier) delay(retries int64) time.Duration {
	seconds := r.interval.Seconds() * math.Pow(r.rate, float64(retries))
	delay := time.Duration(math.MaxInt64)
	if limit := delay.Seconds(); seconds < limit {
		delay = time.Duration(seconds * float64(time.Second))
	}
	if r.longest > 0 {
		delay = min(delay, r.longest)
	}
	if r.jitter {
		delay = time.Duration(rand.Float64() * float64(delay))
	}
	return delay
}

// catcher says which state follows on an error.
type catcher struct {
	errors []string
	next   string
	result path
	drop   bool
}

func (n *node) catch() []catcher {
	nodes := n.list("Catch")
	catchers := make([]catcher, len(nodes))
	for i, c := range nodes {
		catchers[i] = c.catcher(i == len(nodes)-1)
	}
	return catchers
}

func (n *node) catcher(last bool) catcher {
	n.require("Next")
	c := catcher{errors: n.errorEquals(last), result: rootPath}
	n.optionalString("Comment")
	n.refuse("it belongs to variables", "Assign")
	c.next, _ = n.optionalString("Next")
	if string(n.members["ResultPath"]) == "null" {
		n.take("ResultPath")
		c.drop = true
	} else if p, ok := n.reference("ResultPath"); ok {
		c.result = p
		if p.ofContext {
			n.fail("ResultPath", "ResultPath can't lead into the context object")
		}
	}
	n.done()
	return c
}
