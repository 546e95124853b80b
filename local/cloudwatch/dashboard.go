package cloudwatch

import (
	"encoding/json"
	"errors"
	"fmt"

	"eda-demo/local/resource"
	"eda-demo/local/strictjson"
)

type dashboardProperties struct {
	DashboardName string
	DashboardBody string // a JSON text
	Tags          []resource.Tag
}

// dashboardBody is described in
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type dashboardBody struct {
	Start          string            `json:"start"`
	End            string            `json:"end"`
	PeriodOverride string            `json:"periodOverride"`
	Variables      []json.RawMessage `json:"variables"`
	Widgets        []widget          `json:"widgets"`
}

type widget struct {
	Type       string                     `json:"type"`
	X          *int                       `json:"x"`
	Y          *int                       `json:"y"`
	Width      *int                       `json:"width"`
	Height     *int                       `json:"height"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// needed has the properties that a widget of a type must have.
var needed = map[string][]string{
	"metric": {"region"}, "text": {"markdown"}, "log": {"region", "query"}, "alarm": {"alarms"},
}

const (
	maxWidgets = 500
	// columns is the width of the grid, maxHeight that of a widget.
	columns, maxHeight = 24, 1000
)

func checkDashboard(definition resource.Definition) (name string, err error) {
	var p dashboardProperties
	if err := definition.Decode(&p); err != nil {
		return "", err
	}
	var body dashboardBody
	if err := strictjson.Unmarshal([]byte(p.DashboardBody), &body); err != nil {
		return "", fmt.Errorf("property DashboardBody: %w", err)
	}
	if len(body.Widgets) == 0 || len(body.Widgets) > maxWidgets {
		return "", fmt.Errorf("property DashboardBody: %d widgets are not 1 to %d", len(body.Widgets), maxWidgets)
	}
	for i, w := range body.Widgets {
		if err := w.check(); err != nil {
			return "", fmt.Errorf("property DashboardBody: /widgets/%d: %w", i, err)
		}
	}
	return p.DashboardName, nil
}

func (w widget) check() error {
	properties, known := needed[w.Type]
	if !known {
		return fmt.Errorf("widgets of type %q are not supported", w.Type)
	}
	for _, name := range properties {
		if _, given := w.Properties[name]; !given {
			return fmt.Errorf("property %s is required in a widget of type %s", name, w.Type)
		}
	}
	if !within(w.X, 0, columns-1) || !within(w.Width, 1, columns) || !within(w.Y, 0, 1<<30) || !within(w.Height, 1, maxHeight) {
		return errors.New("x, y, width or height is not on the grid")
	}
	if w.Type != "metric" {
		return nil
	}
	return w.checkMetrics()
}

func within(value *int, least, most int) bool {
	return value == nil || *value >= least && *value <= most
}

// checkMetrics wants metrics or the annotations of an alarm.
func (w widget) checkMetrics() error {
	if _, alarm := w.Properties["annotations"]; alarm && w.Properties["metrics"] == nil {
		return nil
	}
	var metrics [][]json.RawMessage
	if err := json.Unmarshal(w.Properties["metrics"], &metrics); err != nil || len(metrics) == 0 {
		return errors.New("property metrics is not a list of lists with a member at least")
	}
	for i, m := range metrics {
		if !isMetric(m) {
			return fmt.Errorf("metrics/%d is not a namespace and a name, and names and values of dimensions", i)
		}
	}
	return nil
}

// isMetric reports whether a list is what a graph takes as a metric: pairs of
// texts, or fewer with "..." for what is as in the metric before; at its end
// there may be an object of options, which for an expression is all.
func isMetric(list []json.RawMessage) bool {
	last := len(list) - 1
	if last >= 0 && list[last][0] == '{' {
		list = list[:last]
		if last == 0 {
			return true
		}
	}
	texts := 0
	short := false
	for _, part := range list {
		if part[0] == '"' {
			texts++
		}
		short = short || string(part) == `"..."`
	}
	return texts > 0 && texts == len(list) && (short || texts%2 == 0)
}
