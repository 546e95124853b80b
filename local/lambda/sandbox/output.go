package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// maxLine is the longest line that is logged as one; longer ones are cut.
const maxLine = 256 << 10

// output reads what a program writes to its standard output and error, line
// by line.
type output struct {
	pipe *os.File
	raw  syscall.RawConn
	line func(time.Time, []byte)

	mu      sync.Mutex
	buffer  [16 << 10]byte
	partial []byte
}

// newOutput returns the reader of a pipe, and its other end for the program.
func newOutput(line func(time.Time, []byte)) (*output, *os.File, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	raw, err := read.SyscallConn()
	if err != nil {
		read.Close()
		write.Close()
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	return &output{pipe: read, raw: raw, line: line}, write, nil
}

// follow reads until the pipe ends or is closed.
func (o *output) follow() {
	// The error is that of a closed pipe.
	_ = o.raw.Read(func(fd uintptr) bool { return o.take(int(fd)) })
}

// drain takes what the program has written so far, if follow has not yet
// seen it.
func (o *output) drain() {
	// The error is that of a closed pipe.
	_ = o.raw.Control(func(fd uintptr) { o.take(int(fd)) })
}

// take reads what there is without waiting and reports whether the pipe has
// ended.
func (o *output) take(fd int) (ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		n, err := syscall.Read(fd, o.buffer[:])
		switch {
		case n > 0:
			o.split(o.buffer[:n])
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		default:
			return true
		}
	}
}

func (o *output) split(data []byte) {
	now := time.Now()
	for {
		line, rest, found := bytes.Cut(data, []byte{'\n'})
		if !found {
			break
		}
		if len(o.partial) > 0 {
			line = append(o.partial, line...)
			o.partial = o.partial[:0]
		}
		o.line(now, line)
		data = rest
	}
	o.partial = append(o.partial, data...)
	if len(o.partial) >= maxLine {
		o.line(now, o.partial)
		o.partial = o.partial[:0]
	}
}

// close gives out a last line without an end.
func (o *output) close() {
	o.pipe.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.partial) > 0 {
		o.line(time.Now(), o.partial)
		o.partial = nil
	}
}
