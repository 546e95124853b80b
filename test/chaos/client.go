package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// clients place orders and bookings: each request is repeated until the system
// answers that it has taken it, as clients may.
type clients struct {
	*world
	http    *http.Client
	next    atomic.Int64
	placed  atomic.Int64
	refused atomic.Int64

	mu    sync.Mutex
	wrong []string
}

func (w *world) newClients() *clients {
	transport := &http.Transport{MaxIdleConnsPerHost: w.Clients}
	return &clients{world: w, http: &http.Client{Transport: transport, Timeout: 40 * time.Second}}
}

// placeAll places all subjects and kills the runner in between.
func (c *clients) placeAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range c.Clients {
		group.Go(func() error {
			for n := c.next.Add(1); n <= int64(len(c.all)); n = c.next.Add(1) {
				if err := c.place(ctx, c.all[n-1]); err != nil {
					return err
				}
				c.placed.Add(1)
			}
			return nil
		})
	}
	group.Go(func() error { return c.killBetween(ctx) })
	return group.Wait()
}

// killBetween kills the runner each time that a further share of the subjects
// was placed.
func (c *clients) killBetween(ctx context.Context) error {
	for n := range c.Kills {
		share := int64(len(c.all) * (n + 1) / (c.Kills + 1))
		for c.placed.Load() < share {
			if ctx.Err() != nil {
				return nil // whoever ended it says why
			}
			time.Sleep(time.Millisecond)
		}
		if err := c.kill(); err != nil {
			return err
		}
	}
	return nil
}

// place places a subject. Every tenth is placed again afterwards, and every
// twentieth with another content.
func (c *clients) place(ctx context.Context, s subject) error {
	if err := c.post(ctx, s, s.body(), http.StatusAccepted); err != nil {
		return err
	}
	if s.number()%10 == 3 {
		if err := c.post(ctx, s, s.body(), http.StatusAccepted); err != nil {
			return err
		}
	}
	if s.number()%20 == 7 {
		return c.post(ctx, s, s.other(), http.StatusConflict)
	}
	return nil
}

// mostAttempts bounds the attempts of one request, each of which may meet a
// runner that starts again.
const mostAttempts = 2000

// post posts a body until the answer is about the subject.
func (c *clients) post(ctx context.Context, s subject, body string, want int) error {
	var last string
	for range mostAttempts {
		status, answer, err := c.try(ctx, s.path(), body)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status == want:
			c.check(s, status, answer)
			return nil
		case err == nil && status < 500 && status != http.StatusTooManyRequests:
			return fmt.Errorf("POST %s with %s answers %d %s, want %d", s.path(), body, status, answer, want)
		}
		c.refused.Add(1)
		last = fmt.Sprint(status, " ", answer, " ", err)
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("POST of %s: %d attempts failed, the last with %s", s.id(), mostAttempts, last)
}

func (c *clients) try(ctx context.Context, path, body string) (status int, answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.output("ApiEndpoint")+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	return response.StatusCode, string(raw), err
}

// check holds an answer against the model: a subject has one of the statuses
// that it may have, whenever it is looked at.
func (c *clients) check(s subject, status int, body string) {
	if status != http.StatusAccepted {
		return
	}
	var answer struct{ Status string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || !slices.Contains(s.statuses(), answer.Status) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.wrong = append(c.wrong, fmt.Sprintf("%s: POST answers %s, want one of the statuses %v", s.id(), body, s.statuses()))
	}
}
