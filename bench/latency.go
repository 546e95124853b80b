package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// perRound is how many a round of latencies has, one at a time.
const perRound = 300

// measureLatency times one order at a time.
func measureLatency(ctx context.Context, s settings) (table, error) {
	t := table{title: "One order at a time", head: []string{"", "p50", "p99"},
		note: fmt.Sprintf("%d rounds of %d orders; half the amounts above 500.", s.rounds, perRound)}
	return t, t.addLatencies(ctx, s, orders, "POST /order to final status, seen by GET")
}

// addLatencies times one of a kind at a time.
func (t *table) addLatencies(ctx context.Context, s settings, k kind, whole string) error {
	r, err := startRunner(ctx, s)
	if err != nil {
		return err
	}
	defer r.stop()
	client := newClient(r)
	if _, err := client.latencies(ctx, k, 100, 1); err != nil { // warms everything up
		return err
	}
	var post50, post99, final50, final99 []float64
	for round := range s.rounds {
		measured, err := client.latencies(ctx, k, perRound, 1000*(round+1))
		if err != nil {
			return err
		}
		post50 = append(post50, quantile(measured.post, 0.5))
		post99 = append(post99, quantile(measured.post, 0.99))
		final50 = append(final50, quantile(measured.final, 0.5))
		final99 = append(final99, quantile(measured.final, 0.99))
	}
	t.add("POST "+k.path+" answered", spread(post50, "ms"), spread(post99, "ms"))
	t.add(whole, spread(final50, "ms"), spread(final99, "ms"))
	return nil
}

type latencies struct{ post, final []float64 }

// client is a client of the API with one connection per request in flight.
type client struct {
	api  string
	http *http.Client
}

func newClient(r *runner) *client {
	return &client{api: r.outputs["ApiEndpoint"], http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
}

func (c *client) latencies(ctx context.Context, k kind, count, first int) (latencies, error) {
	var measured latencies
	for i := range count {
		start := time.Now()
		if err := c.post(ctx, k, first+i); err != nil {
			return measured, err
		}
		measured.post = append(measured.post, milliseconds(time.Since(start)))
		if err := c.awaitFinal(ctx, k, first+i); err != nil {
			return measured, err
		}
		measured.final = append(measured.final, milliseconds(time.Since(start)))
	}
	return measured, nil
}

// post places one of a kind.
func (c *client) post(ctx context.Context, k kind, number int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+k.path, strings.NewReader(k.body(number)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = c.do(request, http.StatusAccepted)
	return err
}

func (c *client) awaitFinal(ctx context.Context, k kind, number int) error {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.api+k.path+"/"+k.name(number), nil)
		if err != nil {
			return err
		}
		body, err := c.do(request, http.StatusOK)
		if err != nil {
			return err
		}
		var shown struct{ Status string }
		if err := json.Unmarshal(body, &shown); err != nil {
			return fmt.Errorf("read %s: %w", request.URL.Path, err)
		}
		if slices.Contains(k.failed, shown.Status) {
			return fmt.Errorf("%s is %s", request.URL.Path, body)
		}
		if slices.Contains(k.done, shown.Status) {
			return nil
		}
		time.Sleep(500 * time.Microsecond)
	}
}

func (c *client) do(request *http.Request, status int) ([]byte, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != status {
		return nil, fmt.Errorf("%s %s answers %s: %s", request.Method, request.URL.Path, response.Status, body)
	}
	return body, nil
}
