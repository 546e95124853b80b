package functionlog

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// Format is how the lines are written that Lambda adds.
type Format string

// The formats, in the words of a function's LoggingConfig.
const (
	Text Format = "Text"
	JSON Format = "JSON"
)

// Group is the log of one function as it is configured at a time. It is safe
// for concurrent use.
type Group struct {
	Config
	*streams
}

// streams are what is being written, and what was not, of one function, however
// it is configured.
type streams struct {
	mu   sync.Mutex
	open map[*Stream]bool // that have not ended, or not yet been written
	lost int
}

// Config tells where and how a function logs.
type Config struct {
	// Group is the name of the log group.
	Group  string
	Format Format
	// Version is the function's; "" stands for $LATEST.
	Version string
	// Level is the least level of Lambda's own lines in JSON.
	Level Level
	// MemoryMB is the function's memory, which the report names.
	MemoryMB int64
	// Call calls an operation of CloudWatch Logs in the function's role.
	Call func(ctx context.Context, operation string, in, out any) error
	Log  *slog.Logger
}

// NewGroup returns the log of a function.
func NewGroup(c Config) *Group {
	return &Group{c, &streams{open: map[*Stream]bool{}}}
}

// With returns the log of the same function with another configuration. What
// is written in the first one's streams stays there; Flush and Lost are about
// both.
func (g *Group) With(c Config) *Group { return &Group{c, g.streams} }

// Stream returns the log stream of a new process. It is created in CloudWatch
// Logs when there is something to write.
func (g *Group) Stream(name string) *Stream {
	s := &Stream{group: g, name: name}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[s] = true
	return s
}

// Flush writes everything that is buffered.
func (g *Group) Flush() {
	g.mu.Lock()
	open := slices.Collect(maps.Keys(g.open))
	g.mu.Unlock()
	for _, s := range open {
		s.flush()
	}
}

// Lost returns how many lines could not be written.
func (g *Group) Lost() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lost
}

func (g *Group) forget(s *Stream) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, s)
}

// lose counts lines that could not be written and reports the first time.
func (g *Group) lose(lines int, err error) {
	g.mu.Lock()
	first := g.lost == 0
	g.lost += lines
	g.mu.Unlock()
	if first {
		g.Log.Warn("a function's log can't be written", "group", g.Config.Group, "error", err)
	}
}

// create makes the stream, and the group too if there is none: Lambda does so
// if the function's role allows it.
func (g *Group) create(ctx context.Context, stream string) error {
	in := createStreamInput{LogGroupName: g.Config.Group, LogStreamName: stream}
	err := g.Call(ctx, "CreateLogStream", in, nil)
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		if err = g.Call(ctx, "CreateLogGroup", createGroupInput{LogGroupName: g.Config.Group}, nil); err != nil && !exists(err) {
			return err
		}
		err = g.Call(ctx, "CreateLogStream", in, nil)
	}
	if exists(err) {
		return nil
	}
	return err
}

func exists(err error) bool {
	return frontdoor.Code(err) == "ResourceAlreadyExistsException"
}

func isDenied(err error) bool {
	var denied *iam.Denied
	return errors.As(err, &denied)
}

type createGroupInput struct {
	LogGroupName string `json:"logGroupName"`
}

type createStreamInput struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
}

type putInput struct {
	LogGroupName  string  `json:"logGroupName"`
	LogStreamName string  `json:"logStreamName"`
	LogEvents     []entry `json:"logEvents"`
}

// entry is one log event; Timestamp is in milliseconds since 1970.
type entry struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}
