package ledgertest

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/notification"
)

var (
	now   = time.Date(2026, 11, 2, 9, 15, 0, 120e6, time.UTC)
	until = now.Add(10 * time.Second)
)

// Run holds the ledger to the contract of notification.Ledger. It uses new
// event ids each time, so the ledger may know other events, and may be one on
// AWS; that does not depend on what the clock says.
func Run(t *testing.T, ledger notification.Ledger) {
	l := subject{ledger}
	for name, test := range map[string]func(*testing.T, subject){
		"ClaimThenFinish":     testFinish,
		"ClaimEnds":           testClaimEnds,
		"Release":             testRelease,
		"ReleaseOfAnother":    testReleaseOfAnother,
		"ReleaseWhenDone":     testReleaseWhenDone,
		"FinishAfterTheClaim": testFinishLate,
		"ClaimConcurrently":   testClaimConcurrently,
	} {
		t.Run(name, func(t *testing.T) { test(t, l) })
	}
}

type subject struct{ notification.Ledger }

func (s subject) wantClaim(t *testing.T, eventID string, now, until time.Time, want notification.State) {
	t.Helper()
	if got, err := s.Claim(context.Background(), eventID, now, until); got != want || err != nil {
		t.Errorf("Claim = %d, %v, want %d, nil", got, err, want)
	}
}

func (s subject) finish(t *testing.T, eventID string) {
	t.Helper()
	if err := s.Finish(context.Background(), eventID); err != nil {
		t.Errorf("Finish: %v", err)
	}
}

func (s subject) release(t *testing.T, eventID string, until time.Time) {
	t.Helper()
	if err := s.Release(context.Background(), eventID, until); err != nil {
		t.Errorf("Release: %v", err)
	}
}

func testFinish(t *testing.T, s subject) {
	id, other := rand.Text(), rand.Text()
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.wantClaim(t, id, now, until, notification.Taken)
	s.wantClaim(t, other, now, until, notification.Claimed)
	s.finish(t, id)
	s.wantClaim(t, id, now, until, notification.Done)
	s.wantClaim(t, id, until.Add(time.Hour), until.Add(2*time.Hour), notification.Done)
}

func testClaimEnds(t *testing.T, s subject) {
	id := rand.Text()
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.wantClaim(t, id, until.Add(-time.Millisecond), until.Add(time.Hour), notification.Taken)
	s.wantClaim(t, id, until, until.Add(time.Hour), notification.Claimed)
	s.wantClaim(t, id, until, until.Add(time.Hour), notification.Taken)
}

func testRelease(t *testing.T, s subject) {
	id := rand.Text()
	s.release(t, id, until) // Nothing to release is no error.
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.release(t, id, until)
	s.wantClaim(t, id, now, until, notification.Claimed)
}

func testReleaseOfAnother(t *testing.T, s subject) {
	id := rand.Text()
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.wantClaim(t, id, until, until.Add(time.Minute), notification.Claimed)
	s.release(t, id, until) // By the first, who lost the claim.
	s.wantClaim(t, id, until, until.Add(time.Hour), notification.Taken)
}

func testReleaseWhenDone(t *testing.T, s subject) {
	id := rand.Text()
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.finish(t, id)
	s.release(t, id, until)
	s.wantClaim(t, id, now, until, notification.Done)
}

func testFinishLate(t *testing.T, s subject) {
	id := rand.Text()
	s.wantClaim(t, id, now, until, notification.Claimed)
	s.wantClaim(t, id, until, until.Add(time.Minute), notification.Claimed)
	s.finish(t, id) // By the first, whose mail is out.
	s.wantClaim(t, id, until, until.Add(time.Hour), notification.Done)
}

func testClaimConcurrently(t *testing.T, s subject) {
	id := rand.Text()
	var claims atomic.Int64
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			state, err := s.Claim(context.Background(), id, now, until)
			if err != nil {
				t.Errorf("Claim: %v", err)
			}
			if state == notification.Claimed {
				claims.Add(1)
			}
		})
	}
	calls.Wait()
	if got := claims.Load(); got != 1 {
		t.Errorf("%d of 8 claims succeeded, want 1", got)
	}
}
