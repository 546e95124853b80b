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

	"eda-demo/internal/event"
)

// clients place orders: each request is repeated until the system answers that
// it has taken the order, as clients may.
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

// placeAll places all orders and kills the runner in between.
func (c *clients) placeAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range c.Clients {
		group.Go(func() error {
			for number := c.next.Add(1); number <= int64(c.Orders); number = c.next.Add(1) {
				if err := c.place(ctx, id(number)); err != nil {
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

// killBetween kills the runner each time that a further share of the orders was
// placed.
func (c *clients) killBetween(ctx context.Context) error {
	for n := range c.Kills {
		share := int64(c.Orders * (n + 1) / (c.Kills + 1))
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

// place places an order. Every tenth is placed again afterwards, and every
// twentieth with another amount.
func (c *clients) place(ctx context.Context, order id) error {
	if err := c.post(ctx, order, order.amount(), http.StatusAccepted); err != nil {
		return err
	}
	if order%10 == 3 {
		if err := c.post(ctx, order, order.amount(), http.StatusAccepted); err != nil {
			return err
		}
	}
	if order%20 == 7 {
		return c.post(ctx, order, "42", http.StatusConflict)
	}
	return nil
}

// mostAttempts bounds the attempts of one request, each of which may meet a
// runner that starts again.
const mostAttempts = 2000

// post posts an order until the answer is about the order.
func (c *clients) post(ctx context.Context, order id, amount string, want int) error {
	var last string
	for range mostAttempts {
		status, body, err := c.try(ctx, order, amount)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status == want:
			c.check(order, status, body)
			return nil
		case err == nil && status < 500 && status != http.StatusTooManyRequests:
			return fmt.Errorf("POST of order %d with amount %s answers %d %s, want %d", order, amount, status, body, want)
		}
		c.refused.Add(1)
		last = fmt.Sprint(status, " ", body, " ", err)
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("POST of order %d: %d attempts failed, the last with %s", order, mostAttempts, last)
}

func (c *clients) try(ctx context.Context, order id, amount string) (status int, body string, err error) {
	text := strings.NewReader(fmt.Sprintf(`{"id":%d,"amount":%s}`, order, amount))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.output("ApiEndpoint")+"/order", text)
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

// check holds an answer against the model: an order has its first status or the
// one that its amount demands, whenever it is looked at.
func (c *clients) check(order id, status int, body string) {
	if status != http.StatusAccepted {
		return
	}
	var answer struct{ Status string }
	possible := []string{event.OrderCreated, order.fate().final}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || !slices.Contains(possible, answer.Status) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.wrong = append(c.wrong, fmt.Sprintf("order %d: POST answers %s, want one of the statuses %v", order, body, possible))
	}
}
