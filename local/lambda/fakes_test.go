package lambda_test

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// calls records what Lambda asks of other services.
type calls struct {
	mu   sync.Mutex
	made []call
	deny string // an operation that is refused
	// before is called with each call, if it is set; its error is the answer.
	before func(ctx context.Context, operation string) error
}

type call struct {
	operation string
	principal iam.Principal
	input     map[string]any
}

func (c *calls) operation(service, name string, output func(in map[string]any) (map[string]any, error)) frontdoor.Operation {
	return frontdoor.Op(name,
		func(_ context.Context, in *map[string]any) ([]iam.Access, error) {
			return []iam.Access{{Action: service + ":" + name, Resource: "*"}}, nil
		},
		func(ctx context.Context, in *map[string]any) (*map[string]any, error) {
			c.mu.Lock()
			c.made = append(c.made, call{name, frontdoor.Caller(ctx), *in})
			before := c.before
			c.mu.Unlock()
			if before != nil {
				if err := before(ctx, name); err != nil {
					return nil, err
				}
			}
			if output == nil {
				return &map[string]any{}, nil
			}
			out, err := output(*in)
			return &out, err
		})
}

func (c *calls) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.made)
}

func (c *calls) of(operation string) []call {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []call
	for _, made := range c.made {
		if made.operation == operation {
			found = append(found, made)
		}
	}
	return found
}

// bucket is the code there is, by key; "k" is the folder of the test program.
type bucket struct {
	mu    sync.Mutex
	paths map[string]string
}

// Code implements lambda.Code.
func (b *bucket) Code(_, key string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if key == "k" {
		return programDir, nil
	}
	if path, is := b.paths[key]; is {
		return path, nil
	}
	return "", fmt.Errorf("%s: %w", key, fs.ErrNotExist)
}

func (b *bucket) put(key, path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paths[key] = path
}

func (b *bucket) delete(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.paths, key)
}
