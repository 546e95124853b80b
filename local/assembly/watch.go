package assembly

import (
	"context"
	"time"
)

// lookEvery is how often the sources are looked at: often enough to be waited
// for, and a look at an app's sources takes milliseconds.
const lookEvery = 300 * time.Millisecond

// Watch calls changed whenever the app's sources are no longer those of the
// last assembly, first of the one given, until ctx ends: with the new assembly,
// or with the reason why there is none. Sources that change while they are
// synthesized are synthesized again.
func (a *App) Watch(ctx context.Context, last *Assembly, changed func(*Assembly, error)) {
	known := string(last.sources)
	for look := time.NewTicker(lookEvery); ; {
		select {
		case <-ctx.Done():
			look.Stop()
			return
		case <-look.C:
		}
		now := a.state()
		if now == known {
			continue
		}
		known = now
		found, err := a.Synthesize(ctx)
		if ctx.Err() == nil {
			changed(found, err)
		}
	}
}

// state identifies the sources as they are, or what is wrong with them.
func (a *App) state() string {
	s, err := a.prepare()
	if err != nil {
		return err.Error()
	}
	return string(s.sources)
}
