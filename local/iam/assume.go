package iam

import (
	"errors"
	"time"
)

// Terms are what a caller says beside the role when it assumes one.
type Terms struct {
	Session           string // becomes the last part of the principal's ARN
	ExternalID        string // "" if none is given
	Tagged            bool   // the session has tags, which needs sts:TagSession as well
	TransitiveTagKeys []string
	Duration          time.Duration // 0: one that any role allows
}

// ErrDuration is the error of a session that would last longer than the role
// allows.
var ErrDuration = errors.New("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")

// Assume has p, mostly a service, act in a role: the role's trust policy must
// allow it. Where that names the account only, a role needs the permission of
// its own policies as well.
func (d *Directory) Assume(p Principal, roleARN, session string) (Principal, error) {
	return d.AssumeOn(p, roleARN, Terms{Session: session})
}

// AssumeOn is Assume on terms, which the trust policy may have conditions on.
// The error is a *Denied or ErrDuration.
func (d *Directory) AssumeOn(p Principal, roleARN string, terms Terms) (Principal, error) {
	d.mu.RLock()
	role, ok := d.roles[roleARN]
	var settings roleSettings
	if ok {
		settings = role.roleSettings
	}
	d.mu.RUnlock()
	if !ok {
		return Principal{}, d.refuseUnknown(&Denied{p, Access{Action: assumeRole, Resource: roleARN}, "because the role does not exist"})
	}
	for _, action := range terms.actions() {
		access := Access{Action: action, Resource: roleARN, ResourcePolicy: settings.trust, Keys: terms.keys()}
		if settings.trust == nil || !trusts(p, access) {
			return Principal{}, d.refuse(&Denied{p, access, "because no resource-based policy allows the " + action + " action"})
		}
		if err := d.Authorize(p, access); err != nil {
			return Principal{}, err
		}
	}
	if terms.Duration > settings.maxSession {
		return Principal{}, ErrDuration
	}
	return Principal{
		Kind: RoleSession, Account: d.account, RoleARN: roleARN,
		ARN: "arn:aws:sts::" + d.account + ":assumed-role/" + role.Name + "/" + terms.Session,
	}, nil
}

const (
	assumeRole = "sts:AssumeRole"
	tagSession = "sts:TagSession"
)

func (t Terms) actions() []string {
	if t.Tagged {
		return []string{assumeRole, tagSession}
	}
	return []string{assumeRole}
}

// keys are the condition keys of the call.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-sts
func (t Terms) keys() map[string][]string {
	keys := map[string][]string{"sts:RoleSessionName": {t.Session}}
	if t.ExternalID != "" {
		keys["sts:ExternalId"] = []string{t.ExternalID}
	}
	if len(t.TransitiveTagKeys) > 0 {
		keys["sts:TransitiveTagKeys"] = t.TransitiveTagKeys
	}
	return keys
}

// refuseUnknown refuses a role that does not exist. A tool of the
// administrator may try one and go on without it, as the CDK CLI does with the
// roles of a bootstrap stack: that is nothing the denials should show.
func (d *Directory) refuseUnknown(denied *Denied) error {
	if denied.Principal.Kind == Administrator {
		return denied
	}
	return d.refuse(denied)
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

// RoleID returns the unique id of a role, "" if there is none.
func (d *Directory) RoleID(roleARN string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if role, ok := d.roles[roleARN]; ok {
		return role.ID
	}
	return ""
}
