package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/local/httpapi/jwt"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// keys are made once: it takes a while.
var keys = func() []*rsa.PrivateKey {
	made := make([]*rsa.PrivateKey, 2)
	for i := range made {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		made[i] = key
	}
	return made
}()

// provider publishes the first key as "a".
type provider struct {
	*httptest.Server
	asked atomic.Int32
	down  atomic.Bool
}

func newProvider(t *testing.T) *provider {
	p := &provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		if p.down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"jwks_uri": p.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{
			map[string]string{"kty": "EC", "kid": "e", "crv": "P-256", "x": "AA", "y": "AA"},
			map[string]string{
				"kty": "RSA", "kid": "a", "n": base64.RawURLEncoding.EncodeToString(keys[0].N.Bytes()),
				"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(keys[0].E)).Bytes()),
			},
		}})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) issuer(t *testing.T) *jwt.Issuer {
	t.Helper()
	issuer, err := jwt.NewIssuer(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

func (p *provider) claims(others map[string]any) map[string]any {
	claims := map[string]any{"iss": p.URL, "aud": "orders", "exp": now.Unix() + 60}
	maps.Copy(claims, others)
	return claims
}

func segment(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func sign(t *testing.T, key *rsa.PrivateKey, header, claims map[string]any) string {
	t.Helper()
	signed := segment(header) + "." + segment(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

var rs256 = map[string]any{"alg": "RS256", "kid": "a"}

func TestGoodTokens(t *testing.T) {
	p := newProvider(t)
	issuer := p.issuer(t)
	for name, test := range map[string]struct {
		others map[string]any
		scopes []string
	}{
		"plain":             {nil, nil},
		"several audiences": {map[string]any{"aud": []string{"x", "orders"}}, nil},
		"client":            {map[string]any{"aud": nil, "client_id": "orders"}, nil},
		"begun":             {map[string]any{"nbf": now.Unix(), "iat": float64(now.Unix()) - 0.5}, nil},
		"scope":             {map[string]any{"scope": "read write"}, []string{"read", "write"}},
		"scp":               {map[string]any{"scp": []string{"read", "write"}}, []string{"read", "write"}},
	} {
		token, err := issuer.Verify(t.Context(), sign(t, keys[0], rs256, p.claims(test.others)), []string{"orders", "y"}, now)
		if err != nil {
			t.Errorf("%s: %v, want it valid", name, err)
			continue
		}
		if strings.Join(token.Scopes, " ") != strings.Join(test.scopes, " ") {
			t.Errorf("%s: scopes %q, want %q", name, token.Scopes, test.scopes)
		}
	}
	if got := p.asked.Load(); got != 1 {
		t.Errorf("the issuer was asked %d times, want once", got)
	}
}

func TestBadTokens(t *testing.T) {
	p := newProvider(t)
	issuer := p.issuer(t)
	good := sign(t, keys[0], rs256, p.claims(nil))
	parts := strings.Split(good, ".")
	with := func(others map[string]any) string { return sign(t, keys[0], rs256, p.claims(others)) }
	for name, test := range map[string]struct{ token, want string }{
		"no segments":      {"abc", "three segments"},
		"no JSON":          {"abc." + parts[1] + "." + parts[2], "header of the token can't be decoded"},
		"padding":          {parts[0] + "=." + parts[1] + "." + parts[2], "header of the token can't be decoded"},
		"other claims":     {parts[0] + "." + segment(p.claims(map[string]any{"sub": "x"})) + "." + parts[2], "signature of the token is invalid"},
		"other key":        {sign(t, keys[1], rs256, p.claims(nil)), "signature of the token is invalid"},
		"unknown key":      {sign(t, keys[0], map[string]any{"alg": "RS256", "kid": "b"}, p.claims(nil)), "a key that the issuer does not have"},
		"no key":           {sign(t, keys[0], map[string]any{"alg": "RS256"}, p.claims(nil)), "a key that the issuer does not have"},
		"no signature":     {segment(map[string]string{"alg": "none"}) + "." + parts[1] + ".", "signing method none is invalid"},
		"public as secret": {secretIsPublic(p.claims(nil)), "signing method HS256 is invalid"},
		"elliptic":         {elliptical(t, p.claims(nil)), "signing method ES256 is invalid"},
		"critical":         {sign(t, keys[0], map[string]any{"alg": "RS256", "kid": "a", "crit": []string{"b64"}}, p.claims(nil)), "critical"},
		"issuer":           {with(map[string]any{"iss": p.URL + "/"}), "valid issuer"},
		"audience":         {with(map[string]any{"aud": "invoices"}), "the token does not have a valid audience"},
		"client besides":   {with(map[string]any{"aud": "invoices", "client_id": "orders"}), "the token does not have a valid audience"},
		"no audience":      {with(map[string]any{"aud": nil}), "the token does not have a valid audience"},
		"expired":          {with(map[string]any{"exp": now.Unix()}), "expired"},
		"no end":           {with(map[string]any{"exp": "tomorrow"}), "expired"},
		"too early":        {with(map[string]any{"nbf": now.Unix() + 1}), "not valid yet"},
		"from the future":  {with(map[string]any{"iat": now.Unix() + 60}), "not valid yet"},
	} {
		if _, err := issuer.Verify(t.Context(), test.token, []string{"orders"}, now); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

// secretIsPublic is the attack of taking the public key for a shared secret.
func secretIsPublic(claims map[string]any) string {
	signed := segment(map[string]string{"alg": "HS256", "kid": "a"}) + "." + segment(claims)
	mac := hmac.New(sha256.New, keys[0].N.Bytes())
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func elliptical(t *testing.T, claims map[string]any) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signed := segment(map[string]string{"alg": "ES256", "kid": "e"}) + "." + segment(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func TestClaimsAreTexts(t *testing.T) {
	p := newProvider(t)
	claims := p.claims(map[string]any{
		"sub": "me", "n": 1.5, "yes": true, "nothing": nil, "groups": []any{"a", 2}, "address": map[string]any{"city": "Rome"},
	})
	token, err := p.issuer(t).Verify(t.Context(), sign(t, keys[0], rs256, claims), []string{"orders"}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"iss": p.URL, "aud": "orders", "exp": "1793534460", "sub": "me", "n": "1.5", "yes": "true", "nothing": "null",
		"groups": "[a 2]", "address": `{"city":"Rome"}`,
	}
	if got := token.Claims(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !token.HasAnyScope(nil) || token.HasAnyScope([]string{"read"}) {
		t.Error("a token without scopes has any, or is not enough where none is needed")
	}
}

func TestIssuerThatFails(t *testing.T) {
	p := newProvider(t)
	p.down.Store(true)
	issuer := p.issuer(t)
	if err := issuer.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "502") {
		t.Errorf("fetch the keys: error %v, want the status", err)
	}
	token := sign(t, keys[0], rs256, p.claims(nil))
	for range 5 {
		if _, err := issuer.Verify(t.Context(), token, []string{"orders"}, now); err == nil || !strings.Contains(err.Error(), "communication error") {
			t.Errorf("verify: error %v, want a communication error", err)
		}
	}
	if got := p.asked.Load(); got != 2 {
		t.Errorf("the issuer was asked %d times, want by Fetch and by the first token", got)
	}
}

func TestIssuersThatAreRefused(t *testing.T) {
	for _, url := range []string{"", "login", "http://login.example.com", "http://127.0.0.1.example.com", "ftp://localhost", "https://"} {
		if _, err := jwt.NewIssuer(url); err == nil {
			t.Errorf("the issuer %q is taken, want it refused", url)
		}
	}
	for _, url := range []string{"https://login.example.com/eda", "http://localhost:1", "http://[::1]:1"} {
		if _, err := jwt.NewIssuer(url); err != nil {
			t.Errorf("the issuer %q: %v, want it taken", url, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("a.b.c")
	f.Add(segment(map[string]string{"alg": "RS256", "kid": "a"}) + "." + segment(map[string]any{"iss": 1}) + ".AAAA")
	issuer, err := jwt.NewIssuer("http://127.0.0.1:1")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := issuer.Verify(t.Context(), token, []string{"orders"}, now); err == nil {
			t.Errorf("%q is taken for a token", token)
		} else if strings.ContainsAny(err.Error(), "\"\\\r\n") {
			t.Errorf("%q: the error %q can't stand in a header", token, err)
		}
	})
}
