package httpapi

import (
	"fmt"
	"sync"
	"time"
)

// limits are the token buckets of a stage's routes. Each route has its own, as
// on AWS, also where the limit is the stage's default.
type limits struct {
	defaults *limit
	byRoute  map[string]limit
	mu       *sync.Mutex
	buckets  map[string]*bucket
}

type limit struct{ rate, burst float64 }

func newLimits(a *api, p stageProperties) (limits, error) {
	l := limits{byRoute: map[string]limit{}, mu: &sync.Mutex{}, buckets: map[string]*bucket{}}
	defaults, set, err := p.DefaultRouteSettings.limit()
	if err != nil {
		return limits{}, fmt.Errorf("property DefaultRouteSettings: %w", err)
	}
	if set {
		l.defaults = &defaults
	}
	for key, settings := range p.RouteSettings {
		own, set, err := settings.limit()
		if err == nil && !a.hasRoute(key) {
			err = fmt.Errorf("the API has no such route")
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
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[route]
	if b == nil {
		b = &bucket{limit: own, tokens: own.burst, filled: now}
		l.buckets[route] = b
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
