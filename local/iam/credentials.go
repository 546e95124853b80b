package iam

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"
	"time"
)

// Credentials are temporary keys of a role session.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// session is what a key stands for.
type session struct {
	principal Principal
	expires   time.Time // zero: never
}

// Issue returns new credentials that identify p until its role is deleted, they
// are revoked, or the directory is gone.
func (d *Directory) Issue(p Principal) Credentials { return d.IssueUntil(p, time.Time{}) }

// IssueUntil returns new credentials as Issue does, for use until a time.
func (d *Directory) IssueUntil(p Principal, expires time.Time) Credentials {
	credentials := Credentials{
		AccessKeyID:     newKeyID(),
		SecretAccessKey: randomSecret(30),
		SessionToken:    randomSecret(60),
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	d.sessions[credentials.AccessKeyID] = session{p, expires}
	return credentials
}

// minSweep is how many sessions there are at least before any is forgotten.
const minSweep = 1000

// sweep forgets the keys that have expired, whenever there are twice as many
// sessions as it left the last time. The caller holds the lock.
func (d *Directory) sweep() {
	if len(d.sessions) < max(d.sweepAt, minSweep) {
		return
	}
	now := time.Now()
	for key, session := range d.sessions {
		if session.expired(now) {
			delete(d.sessions, key)
		}
	}
	d.sweepAt = 2 * len(d.sessions)
}

func (s session) expired(now time.Time) bool {
	return !s.expires.IsZero() && !now.Before(s.expires)
}

// Revoke makes a key that was issued here invalid. It may be so already.
func (d *Directory) Revoke(accessKeyID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, accessKeyID)
}

// Identify tells whose access key it is. Keys that were not issued here are
// the administrator's; one that was and is valid no more gives a Principal of
// kind Revoked or Expired, who may do nothing.
func (d *Directory) Identify(accessKeyID string) Principal {
	d.mu.RLock()
	s, ok := d.sessions[accessKeyID]
	d.mu.RUnlock()
	switch {
	case ok && s.expires.IsZero(), ok && !s.expired(time.Now()):
		return s.principal
	case ok:
		return Principal{Kind: Expired, Account: d.account, ARN: s.principal.ARN}
	case isOurs(accessKeyID):
		return Principal{Kind: Revoked, Account: d.account, ARN: accessKeyID}
	}
	return Admin(d.account)
}

// A key id is the prefix of temporary credentials, random characters, and
// characters computed from them. By these a key of this program is known after
// it was forgotten, so that it isn't taken for one of the administrator's.
const (
	keyPrefix   = "ASIA"
	keyRandom   = 10
	keyComputed = 6
	idLength    = 17 // of the random part of a role's or policy's id
)

func newKeyID() string {
	random := randomKey(keyRandom)
	return keyPrefix + random + computed(random, keyComputed)
}

func isOurs(keyID string) bool {
	rest, ok := strings.CutPrefix(keyID, keyPrefix)
	return ok && len(rest) == keyRandom+keyComputed && rest[keyRandom:] == computed(rest[:keyRandom], keyComputed)
}

// computed returns characters that depend on text only.
func computed(text string, length int) string {
	sum := sha256.Sum256([]byte("local/iam " + text))
	return base32.StdEncoding.EncodeToString(sum[:])[:length]
}

func randomKey(length int) string {
	raw := make([]byte, length)
	rand.Read(raw)
	return base32.StdEncoding.EncodeToString(raw)[:length]
}

func randomSecret(size int) string {
	raw := make([]byte, size)
	rand.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}
