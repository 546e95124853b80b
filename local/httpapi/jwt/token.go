package jwt

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha256" // of RS256
	_ "crypto/sha512" // of RS384 and RS512
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Token is a token that was verified.
type Token struct {
	claims map[string]any
	// Scopes are those in "scope" or "scp".
	Scopes []string
}

// algorithms are those that API Gateway takes, with their hashes.
var algorithms = map[string]crypto.Hash{"RS256": crypto.SHA256, "RS384": crypto.SHA384, "RS512": crypto.SHA512}

// Verify returns a token that the issuer has signed for one of the audiences
// and that is valid now. The error says what is wrong with it, in words for the
// client.
func (i *Issuer) Verify(ctx context.Context, compact string, audiences []string, now time.Time) (*Token, error) {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return nil, errors.New("the token does not have three segments")
	}
	if err := i.verifySignature(ctx, parts); err != nil {
		return nil, err
	}
	t := &Token{}
	if err := decode(parts[1], &t.claims); err != nil || t.claims == nil {
		return nil, errors.New("the claims of the token can't be decoded")
	}
	if err := t.check(i.url, audiences, now); err != nil {
		return nil, err
	}
	t.Scopes = t.texts("scope")
	if t.Scopes == nil {
		t.Scopes = t.texts("scp")
	}
	return t, nil
}

func (i *Issuer) verifySignature(ctx context.Context, parts []string) error {
	var header struct {
		Algorithm string   `json:"alg"`
		KeyID     string   `json:"kid"`
		Critical  []string `json:"crit"`
	}
	if err := decode(parts[0], &header); err != nil {
		return errors.New("the header of the token can't be decoded")
	}
	hash, known := algorithms[header.Algorithm]
	switch {
	case !known:
		return fmt.Errorf("signing method %s is invalid", printable(header.Algorithm))
	case header.Critical != nil:
		return errors.New("the token has critical headers, which are not supported")
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return errors.New("the signature of the token can't be decoded")
	}
	key, err := i.key(ctx, header.KeyID)
	switch {
	case err != nil:
		return errors.New("OIDC discovery endpoint communication error")
	case key == nil:
		return errors.New("the token is signed with a key that the issuer does not have")
	}
	digest := hash.New()
	digest.Write([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(key, hash, digest.Sum(nil), signature) != nil {
		return errors.New("the signature of the token is invalid")
	}
	return nil
}

// decode reads a segment of a token: one JSON object.
func decode(segment string, into any) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value")
	}
	return nil
}

// printable leaves of a text what can stand in a header of the answer.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, text[:min(len(text), 32)])
}

// check validates the claims.
func (t *Token) check(issuer string, audiences []string, now time.Time) error {
	if t.claims["iss"] != issuer {
		return errors.New("the token does not have a valid issuer")
	}
	audience := "aud"
	if t.claims[audience] == nil {
		audience = "client_id"
	}
	if !slices.ContainsFunc(t.list(audience), func(a string) bool { return slices.Contains(audiences, a) }) {
		return errors.New("the token does not have a valid audience")
	}
	expires, given, err := t.time("exp")
	if err != nil || !given || !now.Before(expires) {
		return errors.New("the token has expired")
	}
	for _, claim := range []string{"nbf", "iat"} {
		if from, given, err := t.time(claim); err != nil || given && now.Before(from) {
			return errors.New("the token is not valid yet")
		}
	}
	return nil
}
