package sandbox

import (
	"os/exec"
	"runtime"
)

// spawner starts programs from one thread that lives as long as it does: the
// kernel sends a program's death signal when the thread that started it ends,
// not the process.
type spawner struct {
	work chan func()
	done chan struct{}
}

func newSpawner() *spawner {
	s := &spawner{work: make(chan func()), done: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for {
			select {
			case do := <-s.work:
				do()
			case <-s.done:
				return
			}
		}
	}()
	return s
}

func (s *spawner) start(cmd *exec.Cmd) error {
	started := make(chan error, 1)
	select {
	case s.work <- func() { started <- cmd.Start() }:
		return <-started
	case <-s.done:
		return ErrClosed
	}
}

// close ends the thread.
func (s *spawner) close() { close(s.done) }
