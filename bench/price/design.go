package price

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Design is what is billed by how it is built.
type Design struct {
	// REST is set if the API is a REST API and not an HTTP API.
	REST bool
	// Functions by their names.
	Functions map[string]Function
	// Express is set if the payment workflow is of the express type.
	Express bool
	// LogGroups and Tables are the names of those that there are.
	LogGroups, Tables []string
	// LogDays is how long logs are kept, the longest of all log groups.
	LogDays float64
	// Archives of the bus that carries the events of orders, and the months for
	// which they keep an event, summed up.
	Archives      int
	ArchiveMonths float64
	// AlarmMetrics is how many metrics alarms look at; AlarmUSD is for those and
	// for composite alarms.
	AlarmMetrics, AlarmUSD float64
	Dashboards             float64
	// Keys are those of one's own in KMS.
	Keys, EncryptedTopics float64
	// Recoverable is set if tables have point-in-time recovery.
	Recoverable bool
}

// Function is a Lambda function.
type Function struct {
	MemoryMB int
	ARM      bool
	// Traced is set if its invocations are traced, Streamed if it is fed by a
	// stream: then its invocations begin traces.
	Traced, Streamed bool
}

// forever is for how many days something is billed that is kept without limit.
const forever = daysOfMonth

type template struct {
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties map[string]any
}

// Read reads a CloudFormation template. It refuses a resource type that is not
// known to be billed or free, and a property that makes a resource cost what
// is not modelled.
func Read(raw []byte) (Design, error) {
	var t template
	if err := json.Unmarshal(raw, &t); err != nil {
		return Design{}, fmt.Errorf("read the template: %w", err)
	}
	d := Design{Functions: map[string]Function{}}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[id]
		if err := r.check(); err != nil {
			return Design{}, fmt.Errorf("price resource %s: %w", id, err)
		}
		if add, ok := billed[r.Type]; ok {
			if err := add(&d, r); err != nil {
				return Design{}, fmt.Errorf("price resource %s (%s): %w", id, r.Type, err)
			}
		}
	}
	if err := t.archives(&d); err != nil {
		return Design{}, err
	}
	return d, t.streams(&d)
}

// archives adds those that keep the events of orders. Others are paid for by
// what is on their buses.
func (t template) archives(d *Design) error {
	for id, r := range t.Resources {
		if r.Type != "AWS::Events::Archive" {
			continue
		}
		name, err := t.busName(r.Properties["SourceArn"])
		if err != nil {
			return fmt.Errorf("price resource %s: %w", id, err)
		}
		if name == orderBus {
			d.Archives++
			d.ArchiveMonths += min(forever, r.number("RetentionDays", forever)) / daysOfMonth
		}
	}
	return nil
}

// busName finds the name of the bus whose ARN is referred to.
func (t template) busName(reference any) (string, error) {
	object, _ := reference.(map[string]any)
	path, _ := object["Fn::GetAtt"].([]any)
	if len(path) == 2 {
		id, _ := path[0].(string)
		if r := t.Resources[id]; r.Type == "AWS::Events::EventBus" && path[1] == "Arn" {
			return r.name("Name")
		}
	}
	return "", fmt.Errorf("property SourceArn refers to no bus of the template: %v", reference)
}

// streams marks the functions that streams feed.
func (t template) streams(d *Design) error {
	for id, r := range t.Resources {
		if r.Type != "AWS::Lambda::EventSourceMapping" {
			continue
		}
		name, err := t.functionName(r.Properties["FunctionName"])
		if err != nil {
			return fmt.Errorf("price resource %s: %w", id, err)
		}
		f := d.Functions[name]
		f.Streamed = true
		d.Functions[name] = f
	}
	return nil
}

// functionName finds the function that is referred to, itself or by an alias.
func (t template) functionName(reference any) (string, error) {
	object, _ := reference.(map[string]any)
	id, _ := object["Ref"].(string)
	switch r := t.Resources[id]; r.Type {
	case "AWS::Lambda::Function":
		return r.name("FunctionName")
	case "AWS::Lambda::Alias":
		return t.functionName(r.Properties["FunctionName"])
	}
	return "", fmt.Errorf("property FunctionName refers to no function of the template: %v", reference)
}

// name is a name that stands in the template as a text.
func (r resource) name(property string) (string, error) {
	name, ok := r.Properties[property].(string)
	if !ok {
		return "", fmt.Errorf("property %s is no text: %v", property, r.Properties[property])
	}
	return name, nil
}

func (r resource) number(property string, preset float64) float64 {
	if value, ok := r.Properties[property].(float64); ok {
		return value
	}
	return preset
}

func (r resource) text(property, preset string) string {
	if value, ok := r.Properties[property].(string); ok {
		return value
	}
	return preset
}
