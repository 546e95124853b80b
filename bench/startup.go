package main

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// measureStartup times `go run ./local` until it is ready: with nothing of the
// app synthesized or built, and with nothing changed since the last start. Go's
// build cache is filled in both.
func measureStartup(ctx context.Context, s settings) (table, error) {
	t := table{title: "`go run ./local` to ready", head: []string{"start", "time"}}
	var cold, warm []float64
	if _, err := timeStart(ctx, s); err != nil { // fills Go's build cache
		return t, err
	}
	for range s.rounds {
		if err := os.RemoveAll(filepath.Join(s.root, ".build")); err != nil {
			return t, err
		}
		seconds, err := timeStart(ctx, s)
		if err != nil {
			return t, err
		}
		cold = append(cold, seconds)
		if seconds, err = timeStart(ctx, s); err != nil {
			return t, err
		}
		warm = append(warm, seconds)
	}
	t.add("cold: nothing synthesized, no program built", spread(cold, "s"))
	t.add("warm: nothing changed", spread(warm, "s"))
	return t, nil
}

func timeStart(ctx context.Context, s settings) (seconds float64, err error) {
	start := time.Now()
	r, err := launch(ctx, s, "go", "run", "./local")
	if err != nil {
		return 0, err
	}
	defer r.stop()
	return time.Since(start).Seconds(), nil
}
