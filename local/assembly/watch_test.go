package assembly

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestWatch changes the sources, breaks them and mends them.
func TestWatch(t *testing.T) {
	app := scripted(t, script)
	last := synthesize(t, app)
	type change struct {
		found *Assembly
		err   error
	}
	changes := make(chan change)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	// Changed before the first look, so that nothing may be taken as known.
	write(t, app.Root, map[string]string{"sub/app.sh": strings.ReplaceAll(script, "{}", `{"v":2}`)})
	go func() {
		defer close(ended)
		app.Watch(ctx, last, func(a *Assembly, err error) { changes <- change{a, err} })
	}()
	await := func() change {
		t.Helper()
		select {
		case c := <-changes:
			return c
		case <-time.After(20 * time.Second):
			t.Fatal("the change was not seen")
			return change{}
		}
	}
	if c := await(); c.err != nil || !strings.Contains(string(c.found.Template), `"v":2`) {
		t.Errorf("changed: got %v, %v; want the new template", c.found, c.err)
	}
	write(t, app.Root, map[string]string{"sub/app.sh": "exit 3"})
	if c := await(); c.err == nil {
		t.Errorf("broken: got %v, want an error", c.found)
	}
	write(t, app.Root, map[string]string{"sub/app.sh": script})
	if c := await(); c.err != nil || string(c.found.Template) != "{}\n" {
		t.Errorf("mended: got %v, %v; want the first template", c.found, c.err)
	}
	cancel()
	<-ended
}
