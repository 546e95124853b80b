package iam

import (
	"cmp"
	"strings"
	"sync"
)

// Directory holds the account's roles, their policies and the credentials
// issued for them. It is safe for concurrent use.
type Directory struct {
	account  string
	refusals refusals

	mu       sync.RWMutex
	roles    map[string]*Role          // by ARN
	byName   map[string]*Role          // by the name in lower case: it tells no two roles apart
	managed  map[string]*managedPolicy // the account's own, by ARN
	sessions map[string]session        // by access key id
	sweepAt  int                       // how many sessions there are before expired ones are forgotten
	observe  func(*Denied)
}

// NewDirectory returns an empty directory of the account.
func NewDirectory(account string) *Directory {
	return &Directory{
		account: account, roles: map[string]*Role{}, byName: map[string]*Role{},
		managed: map[string]*managedPolicy{}, sessions: map[string]session{},
	}
}

// Observe has f called after each denial. f must be safe for concurrent use.
func (d *Directory) Observe(f func(*Denied)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.observe = f
}

// refuse counts a denial and has it observed.
func (d *Directory) refuse(denied *Denied) error {
	p := denied.Principal
	d.refusals.add(Denial{
		Who: d.who(p), For: p.SourceARN,
		Action: denied.Access.Action, Resource: denied.Access.Resource, Reason: denied.Reason,
	})
	d.mu.RLock()
	observe := d.observe
	d.mu.RUnlock()
	if observe != nil {
		observe(denied)
	}
	return denied
}

func (d *Directory) who(p Principal) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if role, ok := d.roles[p.RoleARN]; ok {
		return role.title()
	}
	return cmp.Or(p.ARN, "anonymous")
}

// RoleName returns the name in a role's ARN, the path left off.
func RoleName(arn string) string {
	return arn[strings.LastIndexByte(arn, '/')+1:]
}
