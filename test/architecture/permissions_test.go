package architecture

import (
	"maps"
	"slices"
	"strings"

	"eda-demo/test/synthesized"
)

const (
	noWildcards  = "nothing is allowed in general: no wildcard in an action, a resource or a principal, no managed policy"
	ownSource    = "every grant of events:PutEvents is for one events:source, which no other role has"
	namedInvoker = "every service that may invoke a function may do so for one resource"
)

var permissionRules = []rule{
	{noWildcards, checkNoWildcards},
	{ownSource, checkOwnSource},
	{namedInvoker, checkNamedInvoker},
}

// grants returns all statements that allow something, by the logical id of the
// resource that has them, wherever in it they are.
func (d deployment) grants() map[string][]synthesized.Statement {
	all := map[string][]synthesized.Statement{}
	for id, r := range d.Resources {
		for _, s := range statementsIn(r.Properties) {
			if s.Effect == "Allow" {
				all[id] = append(all[id], s)
			}
		}
	}
	return all
}

// statementsIn finds the policy documents in a value. The resource policies of
// CloudWatch Logs are texts.
func statementsIn(value any) (all []synthesized.Statement) {
	switch v := value.(type) {
	case map[string]any:
		if v["Statement"] != nil {
			return synthesized.Statements(v)
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name == "PolicyDocument" {
				all = append(all, synthesized.Statements(v[name])...)
			} else {
				all = append(all, statementsIn(v[name])...)
			}
		}
	case []any:
		for _, item := range v {
			all = append(all, statementsIn(item)...)
		}
	}
	return all
}

func checkNoWildcards(d deployment) (broken []finding) {
	for id, statements := range d.grants() {
		for _, s := range statements {
			if general(s) {
				broken = append(broken, found(d.Resources[id], "allows %s", s))
			}
		}
	}
	for _, r := range d.Resources {
		for _, arn := range r.List("ManagedPolicyArns") {
			broken = append(broken, found(r, "has the managed policy %s", synthesized.Text(arn)))
		}
	}
	return broken
}

func general(s synthesized.Statement) bool {
	wild := func(text string) bool { return strings.Contains(text, "*") }
	return slices.ContainsFunc(s.Actions, wild) || slices.ContainsFunc(s.Resources, wild) || wild(s.Principal) ||
		s.Has("NotAction") || s.Has("NotResource") || s.Has("NotPrincipal")
}

func checkOwnSource(d deployment) (broken []finding) {
	granted, speakers := d.grants(), map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(granted)) {
		for _, s := range granted[id] {
			if !slices.Contains(s.Actions, "events:PutEvents") {
				continue
			}
			source, ok := s.ConditionOn("StringEquals", "events:source").(string)
			switch other := speakers[source]; {
			case !ok || source == "":
				broken = append(broken, found(d.Resources[id], "allows %s", s))
			case other != "":
				broken = append(broken, found(d.Resources[id], "speaks for %s, as %s does", source, other))
			default:
				speakers[source] = d.Resources[id].Name()
			}
		}
	}
	return broken
}

func checkNamedInvoker(d deployment) (broken []finding) {
	for _, p := range d.OfType("AWS::Lambda::Permission") {
		if p.At("SourceArn") == nil {
			broken = append(broken, found(p, "lets %s in whatever it acts for", p.Text("Principal")))
		}
	}
	return broken
}
