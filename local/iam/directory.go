package iam

import (
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Role is an IAM role.
type Role struct {
	ARN      string
	Name     string
	ID       string
	Trust    *Policy
	policies []namedPolicy // by name; replaced as a whole, never changed

	logicalID string // in the template; "" if it was not made from one
}

type namedPolicy struct {
	name   string
	policy *Policy
	usage  []*usage // of each statement
}

func newNamedPolicy(name string, policy *Policy) namedPolicy {
	named := namedPolicy{name: name, policy: policy}
	for range policy.Statements {
		named.usage = append(named.usage, &usage{})
	}
	return named
}

// Credentials are temporary keys of a role session.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// Directory holds the account's roles, their policies and the credentials
// issued for them. It is safe for concurrent use.
type Directory struct {
	account  string
	refusals refusals

	mu       sync.RWMutex
	roles    map[string]*Role // by ARN
	sessions map[string]Principal
	observe  func(*Denied)
}

// NewDirectory returns an empty directory of the account.
func NewDirectory(account string) *Directory {
	return &Directory{account: account, roles: map[string]*Role{}, sessions: map[string]Principal{}}
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

func (d *Directory) roleARN(name string) string {
	return "arn:aws:iam::" + d.account + ":role/" + name
}

// PutRole creates a role; the name must be free.
func (d *Directory) PutRole(name string, trust *Policy) (*Role, error) {
	return d.putRole(name, "", trust)
}

func (d *Directory) putRole(name, logicalID string, trust *Policy) (*Role, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	role := &Role{ARN: d.roleARN(name), Name: name, ID: "AROA" + randomKey(17), Trust: trust, logicalID: logicalID}
	if _, taken := d.roles[role.ARN]; taken {
		return nil, fmt.Errorf("role %s already exists", name)
	}
	d.roles[role.ARN] = role
	return role, nil
}

// PutRolePolicy sets the named inline policy of a role.
func (d *Directory) PutRolePolicy(roleName, policyName string, policy *Policy) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	role, ok := d.roles[d.roleARN(roleName)]
	if !ok {
		return fmt.Errorf("role %s does not exist", roleName)
	}
	policies := slices.DeleteFunc(slices.Clone(role.policies), func(old namedPolicy) bool { return old.name == policyName })
	policies = append(policies, newNamedPolicy(policyName, policy))
	slices.SortFunc(policies, func(a, b namedPolicy) int { return strings.Compare(a.name, b.name) })
	role.policies = policies
	return nil
}

// policiesOf returns the policies of a role in the order of their names; none
// if there is no such role.
func (d *Directory) policiesOf(roleARN string) []namedPolicy {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if role, ok := d.roles[roleARN]; ok {
		return role.policies
	}
	return nil
}

// Assume has p, mostly a service, act in a role: the role's trust policy must
// allow it. Where that names the account only, a role needs the permission of
// its own policies as well. session becomes the last part of the principal's
// ARN.
func (d *Directory) Assume(p Principal, roleARN, session string) (Principal, error) {
	d.mu.RLock()
	role, ok := d.roles[roleARN]
	d.mu.RUnlock()
	access := Access{Action: "sts:AssumeRole", Resource: roleARN}
	if !ok {
		return Principal{}, d.refuse(&Denied{p, access, "because the role does not exist"})
	}
	access.ResourcePolicy = role.Trust
	if role.Trust == nil || !trusts(p, access) {
		return Principal{}, d.refuse(&Denied{p, access, "because no resource-based policy allows the sts:AssumeRole action"})
	}
	if err := d.Authorize(p, access); err != nil {
		return Principal{}, err
	}
	return Principal{
		Kind: RoleSession, Account: d.account, RoleARN: roleARN,
		ARN: "arn:aws:sts::" + d.account + ":assumed-role/" + role.Name + "/" + session,
	}, nil
}

// trusts tells whether the trust policy of a role allows p, be it by naming
// the account: the account's administrator needs that, too.
func trusts(p Principal, access Access) bool {
	if p.Kind == RoleSession {
		p.Kind = Administrator // whom a policy that names the account is about
	}
	v, _, err := (&request{principal: p, access: access}).evaluate(access.ResourcePolicy, true)
	return err == nil && v == allowed
}

// Issue returns new credentials that identify p until the directory is gone.
func (d *Directory) Issue(p Principal) Credentials {
	credentials := Credentials{
		AccessKeyID:     "ASIA" + randomKey(16),
		SecretAccessKey: randomSecret(30),
		SessionToken:    randomSecret(60),
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sessions[credentials.AccessKeyID] = p
	return credentials
}

// Identify tells whose access key it is. Keys that were not issued here are
// the administrator's.
func (d *Directory) Identify(accessKeyID string) Principal {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if p, ok := d.sessions[accessKeyID]; ok {
		return p
	}
	return Admin(d.account)
}

// RoleName returns the name in a role's ARN, the path left off.
func RoleName(arn string) string {
	return arn[strings.LastIndexByte(arn, '/')+1:]
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
