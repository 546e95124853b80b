package architecture

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

// mutation is a way to break a rule, by a change of the template that some
// change of the code could have made.
type mutation struct {
	rule   string
	change string // what somebody did
	do     func(deployment) (complains string)
}

// first returns the first resource of a type, with properties that may be
// changed.
func (d deployment) first(kind string) synthesized.Resource { return d.OfType(kind)[0] }

// add puts a resource into the template.
func (d deployment) add(id, kind string, properties map[string]any) string {
	d.Resources[id] = synthesized.Resource{ID: id, Type: kind, Properties: properties}
	return id
}

// set changes a property of the first resource of a type; nil removes it.
func set(kind string, value any, path ...any) func(deployment) string {
	return func(d deployment) string {
		r := d.first(kind)
		change(r, value, path...)
		return r.Name()
	}
}

func change(r synthesized.Resource, value any, path ...any) {
	parent, last := r.At(path[:len(path)-1]...), path[len(path)-1]
	switch parent := parent.(type) {
	case map[string]any:
		if value == nil {
			delete(parent, last.(string))
		} else {
			parent[last.(string)] = value
		}
	case []any:
		parent[last.(int)] = value
	}
}

func ref(id string) any             { return map[string]any{"Ref": id} }
func attribute(id, name string) any { return map[string]any{"Fn::GetAtt": []any{id, name}} }

// The changes are made to the app as it is deployed in production.
func TestEveryRuleComplains(t *testing.T) {
	raw := synthesizedApps(t)["prod"].raw
	shown := map[string]bool{}
	for _, m := range mutations {
		t.Run(m.change, func(t *testing.T) {
			template, err := synthesized.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			d := deployment{template, raw, contexts["prod"]}
			r := named(t, m.rule)
			before := r.check(d)
			culprit := m.do(d)
			after := slices.DeleteFunc(r.check(d), func(f finding) bool { return slices.Contains(before, f) })
			if !slices.ContainsFunc(after, func(f finding) bool { return f.resource == culprit && !excepted(r, f) }) {
				t.Errorf("the rule that %s complains about %v, want about %s", m.rule, after, culprit)
			}
		})
		shown[m.rule] = true
	}
	for _, r := range rules {
		if !shown[r.name] {
			t.Errorf("nothing shows that it is noticed when it does not hold that %s", r.name)
		}
	}
}

func named(t *testing.T, name string) rule {
	t.Helper()
	for _, r := range rules {
		if r.name == name {
			return r
		}
	}
	t.Fatalf("there is no rule that %s", name)
	return rule{}
}

// bypassedFunction is a function as a constructor of the CDK makes it if it is
// given the least.
func bypassedFunction(d deployment) string {
	d.add("BypassRole", "AWS::IAM::Role", map[string]any{
		"ManagedPolicyArns": []any{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
	})
	return d.add("Bypass", functionType, map[string]any{
		"Handler": "bootstrap", "Runtime": "provided.al2023", "Role": attribute("BypassRole", "Arn"),
	})
}

// bypassedRule is a rule that invokes such a function, made in the same way.
func bypassedRule(d deployment) string {
	fn := bypassedFunction(d)
	return d.add("BypassRule", ruleType, map[string]any{
		"EventPattern": map[string]any{"source": []any{"order-service"}},
		"Targets":      []any{map[string]any{"Id": "Target0", "Arn": attribute(fn, "Arn")}},
	})
}

func bypassedQueue(d deployment) string { return d.add("BypassQueue", queueType, map[string]any{}) }

func bypassedTopic(d deployment) string {
	return d.add("BypassTopic", "AWS::SNS::Topic", map[string]any{})
}

// allowing adds a statement to the role of the first function.
func allowing(statement map[string]any) func(deployment) string {
	return func(d deployment) string {
		role := d.Referred(d.first(functionType).Text("Role"))
		document := role.At("Policies", 0, "PolicyDocument").(map[string]any)
		statement["Effect"] = "Allow"
		document["Statement"] = append(document["Statement"].([]any), statement)
		return role.Name()
	}
}

// statement finds the first resource of a type with a statement for which is
// holds, and hands it over.
func (d deployment) statement(kind string, is func(map[string]any) bool, do func(map[string]any)) string {
	for _, r := range d.OfType(kind) {
		for _, document := range append(policies(r), r.At("PolicyDocument")) {
			m, _ := document.(map[string]any)
			list, _ := m["Statement"].([]any)
			for _, item := range list {
				if s := item.(map[string]any); is(s) {
					do(s)
					return r.Name()
				}
			}
		}
	}
	return "no statement is as wanted"
}

func policies(r synthesized.Resource) (documents []any) {
	for i := range r.List("Policies") {
		documents = append(documents, r.At("Policies", i, "PolicyDocument"))
	}
	return documents
}

func puts(s map[string]any) bool {
	return slices.Contains(synthesized.Texts(s["Action"]), "events:PutEvents")
}

func denies(s map[string]any) bool { return s["Effect"] == "Deny" }

// removing takes out the resources of a type that refer to the first of
// another, which is what they were there for.
func removing(kind, of string) func(deployment) string {
	return func(d deployment) string {
		r := d.first(of)
		maps.DeleteFunc(d.Resources, func(_ string, other synthesized.Resource) bool {
			return other.Type == kind && synthesized.Refers(other.Properties, r.ID)
		})
		return r.Name()
	}
}

func shared(kind string, path ...any) func(deployment) string {
	return func(d deployment) string {
		all := d.OfType(kind)
		change(all[1], all[0].At(path...), path...)
		return all[1].Name()
	}
}

func TestMutationsSayWhatWasDone(t *testing.T) {
	for i, m := range mutations {
		if m.change == "" || slices.ContainsFunc(mutations[:i], func(o mutation) bool { return o.change == m.change }) {
			t.Errorf("mutation %d of the rule that %s is named %q, want a name of its own", i, m.rule, strings.TrimSpace(m.change))
		}
	}
}
