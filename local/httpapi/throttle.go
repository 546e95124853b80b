package httpapi

import (
	"fmt"
	"sync"
	"time"
)

// limits are the limits of a stage's routes. Each route has a token bucket of
// its own, as on AWS, also where the limit is the stage's default.
type limits struct {
	defaults *limit
	byRoute  map[string]limit // by key
	buckets  *buckets
}

type limit struct{ rate, burst float64 }

// buckets are token buckets by route key. They outlive a change of the stage.
type buckets struct {
	mu      sync.Mutex
	byRoute map[string]*bucket
}

// newLimits returns the limits of a stage, with the buckets of the stage before
// it; nil if there was none.
func newLimits(c *configuration, p *stageProperties, used *buckets) (limits, error) {
	if used == nil {
		used = &buckets{byRoute: map[string]*bucket{}}
	}
	l := limits{byRoute: map[string]limit{}, buckets: used}
	defaults, set, err := p.DefaultRouteSettings.limit()
	if err != nil {
		return limits{}, fmt.Errorf("property DefaultRouteSettings: %w", err)
	}
	if set {
		l.defaults = &defaults
	}
	for key, settings := range p.RouteSettings {
		own, set, err := settings.limit()
		if err == nil && c.routeByKey(key) == nil {
			err = notExisting("Unable to find Route by key %s within the provided RouteSettings", key)
		}
		if err != nil {
			return limits{}, fmt.Errorf("property RouteSettings: %s: %w", key, err)
		}
		if set {
			l.byRoute[key] = own
		}
	}
	return l, nil
}

// limit returns the limit that is set, if one is.
func (s routeSettings) limit() (l limit, set bool, err error) {
	if s.ThrottlingRateLimit == nil && s.ThrottlingBurstLimit == nil {
		return limit{}, false, nil
	}
	if s.ThrottlingRateLimit == nil || s.ThrottlingBurstLimit == nil {
		return limit{}, false, fmt.Errorf("ThrottlingRateLimit and ThrottlingBurstLimit must be set together")
	}
	l = limit{*s.ThrottlingRateLimit, float64(*s.ThrottlingBurstLimit)}
	if l.rate < 0 || l.burst < 0 {
		return limit{}, false, fmt.Errorf("limits can't be negative")
	}
	return l, true, nil
}

// allow takes a token for a request to a route, if there is one.
func (l limits) allow(route string, now time.Time) bool {
	own, found := l.byRoute[route]
	if !found {
		if l.defaults == nil {
			return true
		}
		own = *l.defaults
	}
	return l.buckets.take(route, own, now)
}

// take takes a token of a route. A bucket whose limit was changed begins full.
func (all *buckets) take(route string, own limit, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	b := all.byRoute[route]
	if b == nil || b.limit != own {
		b = &bucket{limit: own, tokens: own.burst, filled: now}
		all.byRoute[route] = b
	}
	return b.take(now)
}

// bucket holds at most burst tokens and gets rate tokens a second.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
type bucket struct {
	limit
	tokens float64
	filled time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.filled).Seconds())
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
