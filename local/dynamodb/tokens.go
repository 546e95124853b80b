package dynamodb

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
)

// tokenLifetime is how long a ClientRequestToken makes a transaction idempotent.
const tokenLifetime = 10 * time.Minute

// tokens remembers the transactions that were carried out, by their ClientRequestToken.
type tokens struct {
	mu    sync.Mutex
	known map[string]*remembered
	order []string // oldest first
}

type remembered struct {
	request  [sha256.Size]byte
	finished time.Time // zero while the transaction is in progress
	output   *transactWriteOutput
}

func newTokens() *tokens { return &tokens{known: map[string]*remembered{}} }

// once carries out a transaction, unless one with the same token was carried out before; then it answers the same.
// A transaction that failed may be tried again.
func (t *tokens) once(in *transactWriteInput, do func() (*transactWriteOutput, error)) (*transactWriteOutput, error) {
	token := in.ClientRequestToken
	if token == "" {
		return do()
	}
	earlier, err := t.begin(token, in)
	if err != nil || earlier != nil {
		return earlier, err
	}
	out, err := do()
	t.end(token, out, err)
	return out, err
}

func (t *tokens) begin(token string, in *transactWriteInput) (*transactWriteOutput, error) {
	request, err := digest(in)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(time.Now())
	earlier := t.known[token]
	switch {
	case earlier == nil:
		t.known[token] = &remembered{request: request}
		return nil, nil
	case earlier.request != request:
		return nil, frontdoor.Errorf("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request.")
	case earlier.finished.IsZero():
		return nil, frontdoor.Errorf("TransactionInProgressException", "The transaction with the given request token is already in progress.")
	}
	return earlier.output, nil
}

func (t *tokens) end(token string, out *transactWriteOutput, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		delete(t.known, token)
		return
	}
	t.known[token].finished, t.known[token].output = time.Now(), out
	t.order = append(t.order, token)
}

func (t *tokens) forget(now time.Time) {
	for len(t.order) > 0 {
		known := t.known[t.order[0]]
		if known != nil && now.Sub(known.finished) < tokenLifetime {
			return
		}
		delete(t.known, t.order[0])
		t.order = t.order[1:]
	}
}

func digest(in *transactWriteInput) ([sha256.Size]byte, error) {
	raw, err := json.Marshal(in.TransactItems)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("digest a transaction: %w", err)
	}
	return sha256.Sum256(raw), nil
}
