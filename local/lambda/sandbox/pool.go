package sandbox

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool is the processes of one function.
type pool struct {
	function *Function

	mu      sync.Mutex
	alive   int        // started or being started, and not yet ended
	idle    []*process // the most recently used last, which is the first to be used
	waiting []chan *process
	freed   time.Time   // when a process was last given back
	sweep   *time.Timer // set while processes are idle
	closed  bool
}

func (p *pool) init(f *Function) { p.function = f }

// acquire returns a process that is free: the one used last, or a new one, or
// if there are as many as there may be, the first that becomes free.
func (p *pool) acquire(ctx context.Context) (*process, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	if last := len(p.idle) - 1; last >= 0 {
		free := p.idle[last]
		p.idle = p.idle[:last]
		p.mu.Unlock()
		return free, nil
	}
	if p.alive < p.function.MaxProcesses {
		p.alive++
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
	started, err := p.function.start()
	if err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.alive--
		p.wakeStarter()
		return nil, err
	}
	return started, nil
}

// wait waits for a turn: a process, or nil for leave to start one.
func (p *pool) wait(ctx context.Context, turn chan *process) (*process, error) {
	impatient := time.NewTimer(p.function.Patience)
	defer impatient.Stop()
	for patient := true; patient; {
		select {
		case free := <-turn:
			return p.take(free)
		case <-ctx.Done():
			patient = false
		case <-impatient.C:
			stuck := p.stuck()
			patient = stuck < p.function.Patience
			impatient.Reset(p.function.Patience - stuck)
		}
	}
	p.mu.Lock()
	at := slices.Index(p.waiting, turn)
	if at < 0 { // the turn came meanwhile
		p.mu.Unlock()
		return p.take(<-turn)
	}
	p.waiting = slices.Delete(p.waiting, at, at+1)
	if err := ctx.Err(); err != nil {
		p.mu.Unlock()
		return nil, err
	}
	p.alive++
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

func (p *pool) take(free *process) (*process, error) {
	if free != nil {
		return free, nil
	}
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	return p.start()
}

// release gives a process back.
func (p *pool) release(done *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if done.gone || p.closed {
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
		p.sweep = time.AfterFunc(p.function.IdleTime, p.endIdle)
	}
}

// ended takes a process out that is no more.
func (p *pool) ended(gone *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	gone.gone = true
	p.alive--
	if at := slices.Index(p.idle, gone); at >= 0 {
		p.idle = slices.Delete(p.idle, at, at+1)
	}
	p.wakeStarter()
}

// wakeStarter lets one that waits start a process, if there is room; p.mu is
// held.
func (p *pool) wakeStarter() {
	if len(p.waiting) == 0 || p.alive >= p.function.MaxProcesses || p.closed {
		return
	}
	p.alive++
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
		if idle < p.function.IdleTime {
			p.sweep = time.AfterFunc(p.function.IdleTime-idle, p.endIdle)
			return
		}
		p.idle[0].kill()
		p.idle = p.idle[1:]
	}
}

func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive
}

// close turns away whoever waits and comes.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, turn := range p.waiting {
		turn <- nil
	}
	p.waiting = nil
	if p.sweep != nil {
		p.sweep.Stop()
	}
}
