package stepfunctions

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
)

// tokenMark begins every task token.
const tokenMark = "AQ"

// newToken makes a task token that nobody can guess.
func newToken() string {
	var random [48]byte
	rand.Read(random[:])
	return tokenMark + base64.StdEncoding.EncodeToString(random[:])
}

// callbacks are the tasks that wait for their token to be sent back.
type callbacks struct {
	mu      sync.Mutex
	waiting map[string]*callback
}

// callback is one such task.
type callback struct {
	beat   func()
	answer chan taskAnswer
}

type taskAnswer struct {
	output json.RawMessage
	err    *asl.Error
}

func newCallbacks() *callbacks { return &callbacks{waiting: map[string]*callback{}} }

// wait makes the token known until release is called.
func (c *callbacks) wait(token string, beat func()) (answer <-chan taskAnswer, release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &callback{beat: beat, answer: make(chan taskAnswer, 1)}
	c.waiting[token] = one
	return one.answer, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, token)
	}
}

// take removes the task that waits for a token.
func (c *callbacks) take(token string) (*callback, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, err := c.find(token)
	if err == nil {
		delete(c.waiting, token)
	}
	return one, err
}

func (c *callbacks) peek(token string) (*callback, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.find(token)
}

func (c *callbacks) find(token string) (*callback, error) {
	if one := c.waiting[token]; one != nil {
		return one, nil
	}
	if !strings.HasPrefix(token, tokenMark) {
		return nil, frontdoor.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	}
	return nil, frontdoor.Errorf("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

type taskInput struct {
	TaskToken string `json:"taskToken"`
}

type taskSuccessInput struct {
	TaskToken string `json:"taskToken"`
	Output    string `json:"output"`
}

type taskFailureInput struct {
	TaskToken string `json:"taskToken"`
	Error     string `json:"error"`
	Cause     string `json:"cause"`
}

func (s *Service) sendTaskSuccess(_ context.Context, in *taskSuccessInput) (*empty, error) {
	if !json.Valid([]byte(in.Output)) {
		return nil, frontdoor.Errorf("InvalidOutput", "Invalid Output: 'Could not parse JSON'")
	}
	return s.callbacks.settle(in.TaskToken, taskAnswer{output: json.RawMessage(in.Output)})
}

func (s *Service) sendTaskFailure(_ context.Context, in *taskFailureInput) (*empty, error) {
	return s.callbacks.settle(in.TaskToken, taskAnswer{err: &asl.Error{Name: in.Error, Cause: in.Cause}})
}

func (s *Service) sendTaskHeartbeat(_ context.Context, in *taskInput) (*empty, error) {
	one, err := s.callbacks.peek(in.TaskToken)
	if err != nil {
		return nil, err
	}
	one.beat()
	return &empty{}, nil
}

func (c *callbacks) settle(token string, with taskAnswer) (*empty, error) {
	one, err := c.take(token)
	if err != nil {
		return nil, err
	}
	one.answer <- with
	return &empty{}, nil
}
