package sandbox

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool is the processes of one generation of a function.
type pool struct {
	generation *generation

	mu      sync.Mutex
	alive   int        // started or being started, and not yet ended
	idle    []*process // the most recently used last, which is the first to be used
	waiting []chan *process
	freed   time.Time   // when a process was last given back
	sweep   *time.Timer // set while processes are idle
	closed  error       // why no process may be had any more
}

// acquire returns a process that is free: the one used last, or a new one, or
// if there are as many as there may be, the first that becomes free.
func (p *pool) acquire(ctx context.Context) (*process, error) {
	p.mu.Lock()
	if err := p.closed; err != nil {
		p.mu.Unlock()
		return nil, err
	}
	if last := len(p.idle) - 1; last >= 0 {
		free := p.idle[last]
		p.idle = p.idle[:last]
		p.mu.Unlock()
		return free, nil
	}
	if p.alive < p.generation.MaxProcesses {
		p.count(1)
		p.mu.Unlock()
		return p.start()
	}
	turn := make(chan *process, 1)
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	return p.wait(ctx, turn)
}

// start starts a process that is already counted as alive.
func (p *pool) start() (*process, error) {
	started, err := p.generation.start()
	if err != nil {
		p.leave(nil)
		return nil, err
	}
	return started, nil
}

// wait waits for a turn: a process, or nil for leave to start one. It is closed
// if the pool is.
func (p *pool) wait(ctx context.Context, turn chan *process) (*process, error) {
	impatient := time.NewTimer(p.generation.Patience)
	defer impatient.Stop()
	for patient := true; patient; {
		select {
		case free, open := <-turn:
			return p.take(free, open)
		case <-ctx.Done():
			patient = false
		case <-impatient.C:
			stuck := p.stuck()
			patient = stuck < p.generation.Patience
			impatient.Reset(p.generation.Patience - stuck)
		}
	}
	p.mu.Lock()
	at := slices.Index(p.waiting, turn)
	if at < 0 { // the turn came meanwhile
		p.mu.Unlock()
		free, open := <-turn
		return p.take(free, open)
	}
	p.waiting = slices.Delete(p.waiting, at, at+1)
	if err := ctx.Err(); err != nil {
		p.mu.Unlock()
		return nil, err
	}
	p.count(1)
	p.mu.Unlock()
	return p.start()
}

// stuck is for how long no process was given back. While some are, all are
// busy, and more of them would only share the cores.
func (p *pool) stuck() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.freed)
}

func (p *pool) take(free *process, open bool) (*process, error) {
	switch {
	case !open:
		p.mu.Lock()
		defer p.mu.Unlock()
		return nil, p.closed
	case free == nil:
		return p.start()
	}
	return free, nil
}

// release gives a process back.
func (p *pool) release(done *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if done.gone {
		return
	}
	if p.closed != nil {
		done.kill()
		return
	}
	p.freed = time.Now()
	if len(p.waiting) > 0 {
		p.waiting[0] <- done
		p.waiting = p.waiting[1:]
		return
	}
	done.idleSince = time.Now()
	p.idle = append(p.idle, done)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(p.generation.IdleTime, p.endIdle)
	}
}

// leave counts a process out that is no more; nil is one that could not be
// started.
func (p *pool) leave(gone *process) {
	if p.countOut(gone) {
		p.generation.drained()
	}
}

// countOut reports whether it was the last one, and no more can come.
func (p *pool) countOut(gone *process) (drained bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(-1)
	if gone != nil {
		gone.gone = true
		if at := slices.Index(p.idle, gone); at >= 0 {
			p.idle = slices.Delete(p.idle, at, at+1)
		}
	}
	p.wakeStarter()
	return p.closed != nil && p.alive == 0
}

// count changes the number of processes alive; p.mu is held.
func (p *pool) count(by int) {
	p.alive += by
	p.generation.function.stats.alive.Add(int64(by))
}

// wakeStarter lets one that waits start a process, if there is room; p.mu is
// held.
func (p *pool) wakeStarter() {
	if len(p.waiting) == 0 || p.alive >= p.generation.MaxProcesses || p.closed != nil {
		return
	}
	p.count(1)
	p.waiting[0] <- nil
	p.waiting = p.waiting[1:]
}

// endIdle ends processes that have been idle for long.
func (p *pool) endIdle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep = nil
	for len(p.idle) > 0 {
		idle := time.Since(p.idle[0].idleSince)
		if idle < p.generation.IdleTime {
			p.sweep = time.AfterFunc(p.generation.IdleTime-idle, p.endIdle)
			return
		}
		p.idle[0].kill()
		p.idle = p.idle[1:]
	}
}

// close turns away whoever waits and comes, with an error, and ends the
// processes that are idle; the others end when they are given back.
func (p *pool) close(why error) {
	if p.turnAway(why) {
		p.generation.drained()
	}
}

// turnAway reports whether there are no processes.
func (p *pool) turnAway(why error) (drained bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed != nil {
		return false
	}
	p.closed = why
	for _, turn := range p.waiting {
		close(turn)
	}
	p.waiting = nil
	if p.sweep != nil {
		p.sweep.Stop()
	}
	for _, idle := range p.idle {
		idle.kill()
	}
	p.idle = nil
	return p.alive == 0
}
