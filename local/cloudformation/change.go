package cloudformation

import (
	"encoding/json"
	"fmt"

	"eda-demo/local/provision"
)

// change is a Change of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Change.html
type change struct {
	Type           string
	ResourceChange resourceChange
}

type resourceChange struct {
	Action             string
	LogicalResourceId  string
	PhysicalResourceId string `json:",omitempty"`
	ResourceType       string
	PolicyAction       string   `json:",omitempty"`
	Replacement        string   `json:",omitempty"`
	Scope              []string // empty but for Modify
	Details            []changeDetail
	BeforeContext      string `json:",omitempty"`
	AfterContext       string `json:",omitempty"`
}

type changeDetail struct {
	Target        changeTarget
	Evaluation    string
	ChangeSource  string
	CausingEntity string `json:",omitempty"`
}

type changeTarget struct {
	Attribute           string
	Name                string `json:",omitempty"`
	RequiresRecreation  string
	Path                string  `json:",omitempty"`
	BeforeValue         *string `json:",omitempty"`
	AfterValue          *string `json:",omitempty"`
	AttributeChangeType string  `json:",omitempty"`
}

// describeChange tells a change, with the values of properties if they are
// asked for.
func describeChange(c provision.Change, withValues bool) (change, error) {
	r := resourceChange{
		Action: string(c.Action), LogicalResourceId: c.LogicalID, PhysicalResourceId: c.PhysicalID, ResourceType: c.Type,
		PolicyAction: policyAction(c), Replacement: string(c.Replacement), Scope: c.Scope,
	}
	for _, d := range c.Details {
		r.Details = append(r.Details, describeDetail(d, withValues))
	}
	if !withValues {
		return change{"Resource", r}, nil
	}
	var err error
	before := func(d provision.Detail) string { return d.Before }
	if r.BeforeContext, err = changeContext(c.Before, c.Details, before); err != nil {
		return change{}, fmt.Errorf("%s before its change: %w", c.LogicalID, err)
	}
	after := func(d provision.Detail) string { return d.After }
	if r.AfterContext, err = changeContext(c.After, c.Details, after); err != nil {
		return change{}, fmt.Errorf("%s after its change: %w", c.LogicalID, err)
	}
	return change{"Resource", r}, nil
}

// policyAction is what becomes of a resource that goes or is replaced.
func policyAction(c provision.Change) string {
	action := "Delete"
	if c.Retained {
		action = "Retain"
	}
	switch {
	case c.Action == provision.Remove:
		return action
	case c.Action == provision.Modify && c.Replacement != provision.False:
		return "ReplaceAnd" + action
	}
	return ""
}

func describeDetail(d provision.Detail, withValues bool) changeDetail {
	shown := changeDetail{
		Target:     changeTarget{Attribute: d.Attribute, Name: d.Name, RequiresRecreation: d.Recreation},
		Evaluation: "Static", ChangeSource: d.Source, CausingEntity: d.Cause,
	}
	if d.Dynamic {
		shown.Evaluation = "Dynamic"
	}
	if !withValues {
		return shown
	}
	shown.Target.AttributeChangeType = string(d.Kind)
	shown.Target.Path = "/" + d.Attribute
	if d.Name != "" {
		shown.Target.Path += "/" + d.Name
	}
	if d.Kind != provision.Add {
		shown.Target.BeforeValue = &d.Before
	}
	if d.Kind != provision.Remove {
		shown.Target.AfterValue = &d.After
	}
	return shown
}

// changeContext is the JSON of a resource's definition, as far as it matters
// to a change: the properties, and the other attributes that differ. It is ""
// for a resource that there is not.
func changeContext(properties json.RawMessage, details []provision.Detail, value func(provision.Detail) string) (string, error) {
	if properties == nil {
		return "", nil
	}
	definition := map[string]any{"Properties": properties}
	for _, d := range details {
		text := value(d)
		switch {
		case d.Attribute == "Properties" || text == "" || text == "null":
		case json.Valid([]byte(text)):
			definition[d.Attribute] = json.RawMessage(text)
		default:
			definition[d.Attribute] = text
		}
	}
	raw, err := json.Marshal(definition)
	return string(raw), err
}
