//go:build unix

package assembly

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// lockPause is how often a lock that is taken is tried again.
const lockPause = 50 * time.Millisecond

// lock keeps a second runner from synthesizing at the same time; it waits its
// turn, after calling busy once. The lock ends with the process at the latest.
func (c *cache) lock(ctx context.Context, busy func()) (unlock func(), err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, fmt.Errorf("create the cache: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(c.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the cache: %w", err)
	}
	for first := true; ; first = false {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if first && errors.Is(err, syscall.EWOULDBLOCK) {
			busy()
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			break
		}
		if err = pause(ctx, lockPause); err != nil {
			break
		}
	}
	file.Close()
	return nil, fmt.Errorf("lock the cache: %w", err)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// waitDelay is how long the output of a killed command is still waited for.
const waitDelay = 5 * time.Second

// endTogether has the end of its context kill a command with everything that
// it started: the app's Node.js is a grandchild.
func endTogether(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = waitDelay
}
