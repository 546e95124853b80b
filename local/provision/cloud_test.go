package provision_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/provision"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// cloud is a service with one resource type, things, which it keeps by their
// names. What is done to them is recorded.
type cloud struct {
	mu     sync.Mutex
	things map[string]thing
	calls  []string
	// before and after, if they are set, are called around each change.
	before func(call string)
	after  func()
	// refused are calls that fail.
	refused []string
}

type thing struct {
	Name, Kind, Value string
	// Fail is the call that fails: "create", "update" or "delete".
	Fail string
}

func newCloud() *cloud { return &cloud{things: map[string]thing{}} }

func (c *cloud) registry() resource.Registry {
	schema := resource.Schema{Name: "Name", Immutable: []string{"Name", "Kind"}}
	return resource.Registry{"Test::Thing": schema.Type(c.create, c.update, c.delete)}
}

func (c *cloud) do(call string) {
	c.mu.Lock()
	c.calls = append(c.calls, call)
	before := c.before
	c.mu.Unlock()
	if before != nil {
		before(call)
	}
}

// hook sets what is called before each change.
func (c *cloud) hook(before func(call string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = before
}

func (c *cloud) refuse(calls ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = calls
}

// done returns the calls since it was last called.
func (c *cloud) done() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := strings.Join(c.calls, ", ")
	c.calls = nil
	return text
}

func read(d resource.Definition) (thing, error) {
	var t thing
	err := d.Decode(&t)
	if t.Name == "" {
		t.Name = fmt.Sprintf("%s-%d", d.LogicalID, d.Generation)
	}
	return t, err
}

func (c *cloud) create(_ context.Context, d resource.Definition) (resource.Instance, error) {
	t, err := read(d)
	if err != nil {
		return resource.Instance{}, err
	}
	c.do("create " + t.Name + "=" + t.Value)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.things[t.Name]; there && !d.TakesUp() {
		return resource.Instance{}, fmt.Errorf("thing %s already exists", t.Name)
	}
	if t.Fail == "create" {
		return resource.Instance{}, errors.New("told to fail")
	}
	c.things[t.Name] = t
	c.did()
	return c.instance(t), nil
}

func (c *cloud) did() {
	if c.after != nil {
		c.after()
	}
}

func (c *cloud) instance(t thing) resource.Instance {
	return resource.Instance{ID: t.Name, Attributes: map[string]any{"Arn": "arn:thing:" + t.Name, "Value": t.Value}}
}

func (c *cloud) update(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	t, err := read(next)
	if err != nil {
		return resource.Instance{}, err
	}
	was, err := read(previous)
	if err != nil {
		return resource.Instance{}, err
	}
	t.Name = next.PhysicalID
	call := "update " + t.Name + " " + was.Value + ">" + t.Value
	c.do(call)
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Fail == "update" || slices.Contains(c.refused, call) {
		return resource.Instance{}, errors.New("told to fail")
	}
	c.things[t.Name] = t
	c.did()
	return c.instance(t), nil
}

func (c *cloud) delete(ctx context.Context, d resource.Definition) error {
	call := "delete " + d.PhysicalID
	c.do(call)
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.things[d.PhysicalID].Fail == "delete" || slices.Contains(c.refused, call) {
		return errors.New("told to fail")
	}
	delete(c.things, d.PhysicalID)
	c.did()
	return nil
}

// left are the names and values of the things that exist.
func (c *cloud) left() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, t := range c.things {
		list = append(list, t.Name+"="+t.Value)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func newEngine(t *testing.T, c *cloud, kept *store.Store) *provision.Engine {
	t.Helper()
	return configured(t, c, kept, func(*provision.Config) {})
}

func configured(t *testing.T, c *cloud, kept *store.Store, configure func(*provision.Config)) *provision.Engine {
	t.Helper()
	config := provision.Config{
		Account: "000000000000", Region: "us-east-1", Registry: c.registry(), Store: kept, Log: slog.New(slog.DiscardHandler),
	}
	configure(&config)
	e, err := provision.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// resources is a template of things, by their logical ids: members of their
// properties, with single quotes.
type resources map[string]string

func spec(list resources, more ...string) provision.Spec {
	declared := map[string]json.RawMessage{}
	for id, text := range list {
		properties, attributes, _ := strings.Cut(text, "|")
		raw := `{'Type':'Test::Thing','Properties':{` + properties + `}` + attributes + `}`
		declared[id] = json.RawMessage(strings.ReplaceAll(raw, `'`, `"`))
	}
	all := map[string]any{"Resources": declared}
	for _, text := range more {
		var section map[string]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(text, `'`, `"`)), &section); err != nil {
			panic(err)
		}
		for name, value := range section {
			all[name] = value
		}
	}
	raw, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return provision.Spec{Template: raw}
}

// wait waits for an operation that has begun.
func wait(t *testing.T, o *provision.Operation, err error) error {
	t.Helper()
	if err != nil {
		t.Fatalf("the operation is refused: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return o.Wait(ctx)
}

// must is wait for an operation that has to succeed.
func must(t *testing.T, o *provision.Operation, err error) {
	t.Helper()
	if err := wait(t, o, err); err != nil {
		t.Fatal(err)
	}
}

func status(t *testing.T, e *provision.Engine, name string) provision.Status {
	t.Helper()
	s, ok := e.Stack(name)
	if !ok {
		return "(no such stack)"
	}
	return s.Status
}

// history are the events of a stack from the oldest on, as "id STATUS".
func history(e *provision.Engine, name string) []string {
	var lines []string
	for _, event := range slices.Backward(e.Events(name)) {
		lines = append(lines, event.LogicalID+" "+string(event.Status))
	}
	return lines
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}
