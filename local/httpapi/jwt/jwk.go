package jwt

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
)

// jwk is a public key as issuers publish it.
// https://www.rfc-editor.org/rfc/rfc7518#section-6.3
type jwk struct {
	Kind     string `json:"kty"`
	ID       string `json:"kid"`
	Use      string `json:"use"`
	Modulus  string `json:"n"`
	Exponent string `json:"e"`
}

// minBits is the least length of a modulus; API Gateway's own is not known.
const minBits = 1024

// rsa returns the key if it is one for RSA signatures, else nil.
func (k jwk) rsa() *rsa.PublicKey {
	if k.Kind != "RSA" || k.ID == "" || k.Use != "" && k.Use != "sig" {
		return nil
	}
	n, err := base64.RawURLEncoding.DecodeString(k.Modulus)
	if err != nil {
		return nil
	}
	e, err := base64.RawURLEncoding.DecodeString(k.Exponent)
	if err != nil || len(e) == 0 || len(e) > 4 {
		return nil
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if key.N.BitLen() < minBits || key.E < 3 {
		return nil
	}
	return key
}
