package price

import "slices"

// billed has, for each resource type that costs something by how it is made,
// what adds it to a design.
var billed = map[string]func(*Design, resource) error{
	"AWS::CloudWatch::Alarm":           addAlarm,
	"AWS::CloudWatch::CompositeAlarm":  func(d *Design, _ resource) error { d.AlarmUSD += compositeAlarm; return nil },
	"AWS::CloudWatch::Dashboard":       func(d *Design, _ resource) error { d.Dashboards++; return nil },
	"AWS::DynamoDB::Table":             addTable,
	"AWS::Events::Archive":             func(*Design, resource) error { return nil }, // see archives
	"AWS::KMS::Key":                    func(d *Design, _ resource) error { d.Keys++; return nil },
	"AWS::SNS::Topic":                  addTopic,
	"AWS::Lambda::Function":            addFunction,
	"AWS::Logs::LogGroup":              addLogGroup,
	"AWS::StepFunctions::StateMachine": addStateMachine,
}

// addAlarm: an alarm on an expression is billed for each metric in it.
func addAlarm(d *Design, r resource) error {
	metrics := 1.0
	if queries, ok := r.Properties["Metrics"].([]any); ok {
		metrics = float64(len(slices.DeleteFunc(slices.Clone(queries), isExpression)))
	}
	each := alarmMetric
	if r.number("Period", 60) < 60 {
		each = fastAlarmMetric
	}
	d.AlarmMetrics += metrics
	d.AlarmUSD += metrics * each
	return nil
}

func isExpression(query any) bool {
	object, _ := query.(map[string]any)
	return object["MetricStat"] == nil
}

func addTable(d *Design, r resource) error {
	name, err := r.name("TableName")
	d.Tables = append(d.Tables, name)
	recovery, _ := r.Properties["PointInTimeRecoverySpecification"].(map[string]any)
	d.Recoverable = d.Recoverable || recovery["PointInTimeRecoveryEnabled"] == true
	return err
}

// addFunction: without the properties, a function has 128 MB and an x86
// processor.
func addFunction(d *Design, r resource) error {
	name, err := r.name("FunctionName")
	architectures, _ := r.Properties["Architectures"].([]any)
	tracing, _ := r.Properties["TracingConfig"].(map[string]any)
	d.Functions[name] = Function{
		MemoryMB: int(r.number("MemorySize", 128)),
		ARM:      slices.Contains(architectures, "arm64"),
		Traced:   tracing["Mode"] == "Active",
	}
	return err
}

func addLogGroup(d *Design, r resource) error {
	name, err := r.name("LogGroupName")
	d.LogGroups = append(d.LogGroups, name)
	d.LogDays = max(d.LogDays, r.number("RetentionInDays", forever))
	return err
}

func addStateMachine(d *Design, r resource) error {
	d.Express = r.text("StateMachineType", "STANDARD") == "EXPRESS"
	return nil
}

// addTopic: an encrypted topic calls KMS.
func addTopic(d *Design, r resource) error {
	if r.Properties["KmsMasterKeyId"] != nil {
		d.EncryptedTopics++
	}
	return nil
}
