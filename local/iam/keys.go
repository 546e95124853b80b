package iam

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// globalKeys are the global condition keys that are known here, in lower case.
// A condition on another one can't be decided.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalKeys = []string{
	"aws:currenttime", "aws:epochtime", "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice",
	"aws:principalservicename", "aws:principaltype", "aws:requestedregion", "aws:resourceaccount",
	"aws:securetransport", "aws:sourceaccount", "aws:sourcearn", "aws:viaawsservice",
}

// serviceKeys are the services' own condition keys that the services here tell,
// in lower case. One that AWS would tell and nobody tells here would count as
// absent, which some operators take for a yes.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var serviceKeys = []string{
	"dynamodb:leadingkeys", "events:detail-type", "events:eventbusinvocation", "events:source", "iam:passedtoservice",
	"s3:resourceaccount", "sns:endpoint", "sns:protocol", "sts:externalid", "sts:rolesessionname", "sts:transitivetagkeys",
}

func knownKey(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(globalKeys, name) || slices.Contains(serviceKeys, name)
}

// keys are the condition keys of the request. Calls stay on the loopback
// interface and count as made over TLS.
func (r *request) keys() map[string][]string {
	if r.known != nil {
		return r.known
	}
	now := time.Now().UTC()
	r.known = map[string][]string{
		"aws:SecureTransport":       {"true"},
		"aws:ViaAWSService":         {"false"},
		"aws:PrincipalIsAWSService": {strconv.FormatBool(r.principal.Kind == ServicePrincipal)},
		"aws:CurrentTime":           {now.Format(time.RFC3339)},
		"aws:EpochTime":             {strconv.FormatInt(now.Unix(), 10)},
	}
	r.addPrincipal(r.principal)
	if parts := strings.SplitN(r.access.Resource, ":", 6); len(parts) == 6 {
		r.add("aws:RequestedRegion", parts[3])
		r.addResource(parts[2], parts[4])
	}
	maps.Copy(r.known, r.access.Keys)
	return r.known
}

// addResource adds whose the resource is: all are in one account, whose number
// the ARNs of some services leave out. S3 has a name of its own for it.
func (r *request) addResource(service, account string) {
	account = cmp.Or(account, r.principal.Account)
	r.add("aws:ResourceAccount", account)
	if service == "s3" {
		r.add("s3:ResourceAccount", account)
	}
}

func (r *request) addPrincipal(p Principal) {
	switch p.Kind {
	case ServicePrincipal:
		r.add("aws:PrincipalServiceName", p.Service)
		r.add("aws:SourceAccount", p.Account)
		r.add("aws:SourceArn", p.SourceARN)
	case RoleSession:
		r.add("aws:PrincipalType", "AssumedRole")
		r.add("aws:PrincipalAccount", p.Account)
		r.add("aws:PrincipalArn", p.RoleARN)
	case Administrator:
		r.add("aws:PrincipalType", "User")
		r.add("aws:PrincipalAccount", p.Account)
		r.add("aws:PrincipalArn", p.ARN)
	}
}

func (r *request) add(key, value string) {
	if value != "" {
		r.known[key] = []string{value}
	}
}

// lookup finds the values of a condition key, whose case does not matter. A
// key without values counts as absent.
func lookup(keys map[string][]string, key string) ([]string, bool) {
	if values, ok := keys[key]; ok {
		return values, len(values) > 0
	}
	for name, values := range keys {
		if strings.EqualFold(name, key) {
			return values, len(values) > 0
		}
	}
	return nil, false
}
