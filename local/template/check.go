package template

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// pseudoParameters are what Ref takes without a declaration.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
var pseudoParameters = []string{
	"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition",
	"AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
}

var logicalID = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

// CloudFormation's limits on a template's members:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxResources  = 500
	maxParameters = 200
	maxMappings   = 200
	maxOutputs    = 200
)

// check finds what ValidateTemplate would refuse: values of parameters and
// conditions don't matter.
func (t *Template) check() error {
	for _, check := range []func() error{
		t.checkCounts, t.checkParameters, t.checkMappings, t.checkConditions, t.checkRuleDefinitions,
		t.checkResources, t.checkOutputs, t.checkCycles,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (t *Template) checkCounts() error {
	if len(t.Resources) == 0 {
		return errors.New("Template format error: At least one Resources member must be defined.")
	}
	for _, c := range []struct {
		what        string
		count, most int
	}{
		{"resources", len(t.Resources), maxResources},
		{"parameters", len(t.Parameters), maxParameters},
		{"mappings", len(t.Mappings), maxMappings},
		{"outputs", len(t.Outputs), maxOutputs},
	} {
		if c.count > c.most {
			return fmt.Errorf("Template format error: Number of %s, %d, is greater than maximum allowed, %d", c.what, c.count, c.most)
		}
	}
	return nil
}

// checkMappings refuses what is not two levels of names above texts and lists
// of texts.
func (t *Template) checkMappings() error {
	for _, name := range slices.Sorted(maps.Keys(t.Mappings)) {
		mapping, ok := t.Mappings[name].(map[string]any)
		if !ok {
			return fmt.Errorf("Template format error: Every Mappings member %s must be a map", name)
		}
		for _, key := range slices.Sorted(maps.Keys(mapping)) {
			attributes, ok := mapping[key].(map[string]any)
			if !ok {
				return fmt.Errorf("Template format error: [/Mappings/%s/%s] Every Mappings attribute must be a map", name, key)
			}
			for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
				if !isMapped(attributes[attribute]) {
					return fmt.Errorf("Template format error: [/Mappings/%s/%s/%s] Every Mappings attribute must be a String or a List.", name, key, attribute)
				}
			}
		}
	}
	return nil
}

func isMapped(value any) bool {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	return !slices.ContainsFunc(list, func(element any) bool {
		_, err := scalar(element)
		return err != nil
	})
}

func (t *Template) checkResources() error {
	b := block{template: t, name: "Resources"}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		b.member = id
		if err := b.resource(id, t.Resources[id]); err != nil {
			return &Misplaced{[]string{id}, err}
		}
	}
	return b.missing()
}

func (b *block) resource(id string, r Resource) error {
	if !logicalID.MatchString(id) {
		return fmt.Errorf("Template format error: Resource name %s is non alphanumeric.", id)
	}
	if r.Type == "" {
		return fmt.Errorf("Template format error: [/Resources/%s] Every Resources object must contain a Type member.", id)
	}
	if err := b.condition(r.Condition); err != nil {
		return err
	}
	if err := checkPolicies(id, r); err != nil {
		return err
	}
	if err := b.updatePolicy(id, r); err != nil {
		return err
	}
	names, err := r.dependsOn()
	if err != nil {
		return fmt.Errorf("Template format error: [/Resources/%s/DependsOn] %w", id, err)
	}
	for _, name := range names {
		if _, ok := b.template.Resources[name]; !ok {
			b.miss(name)
		}
	}
	if r.Properties == nil {
		return nil
	}
	return b.value(r.Properties, "Resources", id, "Properties")
}

// checkPolicies refuses unknown policies. Whether a resource type can be kept
// as a snapshot is not known here.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func checkPolicies(id string, r Resource) error {
	if !slices.Contains([]string{"", "Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}, r.DeletionPolicy) {
		return fmt.Errorf("Template format error: Unrecognized DeletionPolicy %s for resource %s", r.DeletionPolicy, id)
	}
	if !slices.Contains([]string{"", "Delete", "Retain", "Snapshot"}, r.UpdateReplacePolicy) {
		return fmt.Errorf("Template format error: Unrecognized UpdateReplacePolicy %s for resource %s", r.UpdateReplacePolicy, id)
	}
	return nil
}

// block checks the values of a section.
type block struct {
	template   *Template
	name       string
	member     string   // of the section, that is checked
	unresolved []string // referred to, but not in the template
	referrers  []string // members that refer to them
}

func (b *block) miss(name string) {
	b.unresolved, b.referrers = append(b.unresolved, name), append(b.referrers, b.member)
}

// Misplaced is an error in resources or outputs whose message, as
// CloudFormation words it, does not always say which.
type Misplaced struct {
	In  []string // logical ids of resources, or names of outputs
	err error
}

func (m *Misplaced) Error() string { return m.err.Error() }
func (m *Misplaced) Unwrap() error { return m.err }

// missing refuses what is referred to in vain.
func (b *block) missing() error {
	if b.unresolved == nil {
		return nil
	}
	slices.Sort(b.unresolved)
	names := strings.Join(slices.Compact(b.unresolved), ", ")
	slices.Sort(b.referrers)
	err := fmt.Errorf("Template format error: Unresolved resource dependencies [%s] in the %s block of the template", names, b.name)
	return &Misplaced{slices.Compact(b.referrers), err}
}

func (b *block) condition(name string) error {
	if _, ok := b.template.Conditions[name]; !ok && name != "" {
		return fmt.Errorf("Template format error: Unresolved condition dependency %s in the %s block of the template", name, b.name)
	}
	return nil
}

// value checks a value that stands at a place of the template.
func (b *block) value(value any, at ...string) error {
	return walker{visit: b.call, plain: plainValue}.walk(value, at)
}

// plainValue refuses null, whose place CloudFormation tells with Type for
// Properties, and dynamic references, which would otherwise be taken as they
// stand.
func plainValue(at []string, value any) error {
	text, _ := value.(string)
	if strings.Contains(text, "{{resolve:") {
		return fmt.Errorf("Template format error: [/%s] dynamic references ({{resolve:...}}) are not supported", strings.Join(at, "/"))
	}
	if value != nil {
		return nil
	}
	at = slices.Clone(at)
	if len(at) > 2 && at[2] == "Properties" {
		at[2] = "Type"
	}
	return fmt.Errorf("[/%s] 'null' values are not allowed in templates", strings.Join(at, "/"))
}
