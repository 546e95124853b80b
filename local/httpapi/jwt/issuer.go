package jwt

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// fetchTime is how long an issuer may take to answer.
	fetchTime = 5 * time.Second
	// maxDocument is the largest document read of an issuer, in bytes.
	maxDocument = 1 << 20
	// keyLife is how long the issuer's keys are used without looking again.
	keyLife = 2 * time.Hour
	// fetchPause is the least time between two looks for a key that is not known.
	fetchPause = 5 * time.Second
	// problemLife is how long a failure to look stands, so that requests don't
	// queue up for an issuer that does not answer.
	problemLife = time.Second
)

// Issuer is an issuer of tokens with the keys it has published. It is safe for
// concurrent use.
type Issuer struct {
	url    string
	client *http.Client

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey // by kid
	fetched time.Time
	problem error // of the last look
	failed  time.Time
}

// NewIssuer returns the issuer with a URL as it stands in the tokens: https, or
// http on this machine.
func NewIssuer(issuer string) (*Issuer, error) {
	if err := checkURL(issuer); err != nil {
		return nil, err
	}
	client := &http.Client{Timeout: fetchTime, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 {
			return errors.New("too many redirections")
		}
		return checkURL(r.URL.String())
	}}
	return &Issuer{url: issuer, client: client}, nil
}

func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return err
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return fmt.Errorf("%q is neither an https URL nor an http URL of this machine", text)
	}
	return nil
}

// Fetch gets the issuer's keys, from the place that its OpenID configuration
// names.
func (i *Issuer) Fetch(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetch(ctx)
}

// key returns the issuer's key with an id; nil if it has none.
func (i *Issuer) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	age := time.Since(i.fetched)
	if known := i.keys[id]; known != nil && age < keyLife {
		return known, nil
	}
	if i.keys != nil && age < fetchPause {
		return nil, nil
	}
	if i.problem != nil && time.Since(i.failed) < problemLife {
		return nil, i.problem
	}
	if i.problem = i.fetch(ctx); i.problem != nil {
		i.failed = time.Now()
		return nil, i.problem
	}
	return i.keys[id], nil
}

func (i *Issuer) fetch(ctx context.Context) error {
	var configuration struct {
		JWKSURI string `json:"jwks_uri"`
	}
	if err := i.get(ctx, strings.TrimSuffix(i.url, "/")+"/.well-known/openid-configuration", &configuration); err != nil {
		return err
	}
	var set struct{ Keys []jwk }
	if err := i.get(ctx, configuration.JWKSURI, &set); err != nil {
		return err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		if key := k.rsa(); key != nil {
			keys[k.ID] = key
		}
	}
	i.keys, i.fetched = keys, time.Now()
	return nil
}

// get reads a JSON document. Only the members asked for matter.
func (i *Issuer) get(ctx context.Context, from string, into any) error {
	if err := checkURL(from); err != nil {
		return fmt.Errorf("read the keys of %s: %w", i.url, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return fmt.Errorf("read the keys of %s: %w", i.url, err)
	}
	response, err := i.client.Do(request)
	if err != nil {
		return fmt.Errorf("read the keys of %s: %w", i.url, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxDocument))
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("read %s: status %s", from, response.Status)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	return nil
}
