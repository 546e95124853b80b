package architecture

import "eda-demo/test/synthesized"

const (
	mappingType = "AWS::Lambda::EventSourceMapping"
	configType  = "AWS::Lambda::EventInvokeConfig"
	groupType   = "AWS::Logs::LogGroup"
	tableType   = "AWS::DynamoDB::Table"
	topicType   = "AWS::SNS::Topic"
	alarmType   = "AWS::CloudWatch::Alarm"
	stageType   = "AWS::ApiGatewayV2::Stage"
	machineType = "AWS::StepFunctions::StateMachine"
)

var mutations = []mutation{
	{oneTarget, "a rule without a target", set(ruleType, []any{}, "Targets")},
	{oneTarget, "a second target", func(d deployment) string {
		r := d.first(ruleType)
		change(r, append(r.List("Targets"), r.At("Targets", 0)), "Targets")
		return r.Name()
	}},
	{targetRetries, "a rule made past route.go: retries", bypassedRule},
	{targetRetries, "a target without a retry policy", set(ruleType, nil, "Targets", 0, "RetryPolicy")},
	{targetRetries, "a target that is not retried", set(ruleType, 0.0, "Targets", 0, "RetryPolicy", "MaximumRetryAttempts")},
	{targetDeadLetters, "a rule made past route.go: dead letters", bypassedRule},
	{targetDeadLetters, "a target without a dead-letter queue", set(ruleType, nil, "Targets", 0, "DeadLetterConfig")},
	{targetDeadLetters, "a dead-letter queue that is none", set(ruleType, "arn:aws:sqs:us-east-1:1:q", "Targets", 0, "DeadLetterConfig", "Arn")},
	{targetDeadLetters, "two rules with one dead-letter queue", shared(ruleType, "Targets", 0, "DeadLetterConfig", "Arn")},
	{targetDeadLetters, "a dead-letter queue that lets nobody in", func(d deployment) string {
		r := d.first(ruleType)
		id := d.Referred(r.Text("Targets", 0, "DeadLetterConfig", "Arn")).ID
		for _, policy := range d.OfType("AWS::SQS::QueuePolicy") {
			if synthesized.Refers(policy.At("Queues"), id) {
				delete(d.Resources, policy.ID)
			}
		}
		return r.Name()
	}},

	{busesKept, "a bus made past bus.go", func(d deployment) string { return d.add("BypassBus", busType, map[string]any{"Name": "b"}) }},
	{busesKept, "a bus without an archive", removing(archiveType, busType)},
	{busesKept, "an archive of some events only", func(d deployment) string {
		archive := d.first(archiveType)
		change(archive, map[string]any{"source": []any{"order-service"}}, "EventPattern")
		return d.Referred(archive.Text("SourceArn")).Name()
	}},
	{busesKept, "a bus without a catch-all rule", removing(ruleType, busType)},
	{busesKept, "a catch-all rule that leaves a source out", func(d deployment) string {
		bus := d.first(busType)
		for _, rule := range d.OfType(ruleType) {
			if rule.Text("EventBusName") == "${"+bus.ID+"}" && rule.Text("EventPattern") == `{"source":[{"exists":true}]}` {
				change(rule, map[string]any{"source": []any{map[string]any{"anything-but": "aircraft.booking"}}}, "EventPattern")
			}
		}
		return bus.Name()
	}},

	{ownLogGroup, "a function made past function.go: logs", bypassedFunction},
	{ownLogGroup, "a log group that Lambda makes", set(functionType, nil, "LoggingConfig", "LogGroup")},
	{ownLogGroup, "two functions with one log group", shared(functionType, "LoggingConfig", "LogGroup")},
	{ownLogGroup, "a function that logs text", set(functionType, "Text", "LoggingConfig", "LogFormat")},
	{ownLogGroup, "a function's log group without a retention", func(d deployment) string {
		fn := d.first(functionType)
		change(d.Referred(fn.Text("LoggingConfig", "LogGroup")), nil, "RetentionInDays")
		return fn.Name()
	}},
	{tracing, "a function made past function.go: traces", bypassedFunction},
	{tracing, "a function that passes traces through only", set(functionType, "PassThrough", "TracingConfig", "Mode")},
	{tracing, "a state machine that is not traced", set(machineType, nil, "TracingConfiguration")},
	{ownRole, "two functions with one role", shared(functionType, "Role")},
	{ownRole, "a role from elsewhere", set(functionType, "arn:aws:iam::1:role/admin", "Role")},
	{ownRole, "a function and a state machine with one role", func(d deployment) string {
		fn := d.first(functionType)
		change(d.first(machineType), fn.At("Role"), "RoleArn")
		return fn.Name()
	}},
	{ownRole, "a policy beside the role", func(d deployment) string {
		fn := d.first(functionType)
		role := d.Referred(fn.Text("Role"))
		d.add("Grant", "AWS::IAM::Policy", map[string]any{"Roles": []any{ref(role.ID)}})
		return fn.Name()
	}},
	{chosenSize, "a function made past function.go: size", bypassedFunction},
	{chosenSize, "a function without a timeout", set(functionType, nil, "Timeout")},
	{chosenSize, "a function without a memory size", set(functionType, nil, "MemorySize")},
	{chosenSize, "a function on another architecture", set(functionType, "arm64", "Architectures", 0)},
	{chosenSize, "a function on the architecture that is preset", set(functionType, nil, "Architectures")},
	{failuresKept, "a rule and a function made past route.go and function.go", func(d deployment) string {
		bypassedRule(d)
		return "Bypass"
	}},
	{failuresKept, "a subscription of a function made past function.go", func(d deployment) string {
		fn := bypassedFunction(d)
		d.add("BypassSubscription", "AWS::SNS::Subscription", map[string]any{"Protocol": "lambda", "Endpoint": attribute(fn, "Arn")})
		return fn
	}},
	{failuresKept, "a bucket that may invoke a function", func(d deployment) string {
		fn := bypassedFunction(d)
		d.add("BypassPermission", "AWS::Lambda::Permission", map[string]any{"Principal": "s3.amazonaws.com", "FunctionName": attribute(fn, "Arn")})
		return fn
	}},
	{failuresKept, "a rule past the alias, whose failures alone are kept", func(d deployment) string {
		fn := d.Referred(d.first(configType).Text("FunctionName"))
		for _, r := range d.OfType(ruleType) {
			if d.callee(r.Text("Targets", 0, "Arn")).function == fn.ID {
				change(r, attribute(fn.ID, "Arn"), "Targets", 0, "Arn")
			}
		}
		return fn.Name()
	}},
	{failuresKept, "failures without a destination", func(d deployment) string {
		config := d.first(configType)
		change(config, nil, "DestinationConfig")
		return d.Referred(config.Text("FunctionName")).Name()
	}},
	{failuresKept, "invocations without an age at which they end", set(configType, nil, "MaximumEventAgeInSeconds")},
	{mappingsBounded, "a mapping with retries without end", set(mappingType, -1.0, "MaximumRetryAttempts")},
	{mappingsBounded, "a mapping with preset retries", set(mappingType, nil, "MaximumRetryAttempts")},
	{mappingsBounded, "a mapping with records of any age", set(mappingType, -1.0, "MaximumRecordAgeInSeconds")},
	{mappingsBounded, "a mapping without a destination for failures", set(mappingType, nil, "DestinationConfig")},

	{noWildcards, "an action with a wildcard", allowing(map[string]any{"Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-east-1:1:table/t"})},
	{noWildcards, "every resource", allowing(map[string]any{"Action": "dynamodb:GetItem", "Resource": "*"})},
	{noWildcards, "resources with a wildcard", allowing(map[string]any{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"})},
	{noWildcards, "a wildcard at the end of a reference", allowing(map[string]any{"Action": "logs:PutLogEvents",
		"Resource": map[string]any{"Fn::Join": []any{"", []any{attribute("X", "Arn"), ":*"}}}})},
	{noWildcards, "all actions but one", allowing(map[string]any{"NotAction": "iam:PassRole", "Resource": "arn:aws:s3:::bucket"})},
	{noWildcards, "one more action beside X-Ray's", allowing(map[string]any{
		"Action": []any{"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetTraceSummaries"}, "Resource": "*"})},
	{noWildcards, "a managed policy", func(d deployment) string { bypassedFunction(d); return "BypassRole" }},
	{noWildcards, "a queue that is open to everyone", func(d deployment) string {
		return d.statement("AWS::SQS::QueuePolicy", func(s map[string]any) bool { return s["Effect"] == "Allow" },
			func(s map[string]any) { s["Principal"] = "*" })
	}},
	{noWildcards, "a log group that is open to everyone", func(d deployment) string {
		policy := d.first("AWS::Logs::ResourcePolicy")
		change(policy, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-east-1:1:log-group:g"}]}`, "PolicyDocument")
		return policy.Name()
	}},
	{noWildcards, "a policy beside the role with everything in it", func(d deployment) string {
		return d.add("Admin", "AWS::IAM::ManagedPolicy", map[string]any{"PolicyDocument": map[string]any{
			"Statement": []any{map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}}}})
	}},
	{ownSource, "a grant of PutEvents without a condition", func(d deployment) string {
		return d.statement("AWS::IAM::Role", puts, func(s map[string]any) { delete(s, "Condition") })
	}},
	{ownSource, "a grant of PutEvents for two sources", func(d deployment) string {
		return d.statement("AWS::IAM::Role", puts, func(s map[string]any) {
			s["Condition"] = map[string]any{"StringEquals": map[string]any{"events:source": []any{"order-service", "payment-service"}}}
		})
	}},
	{ownSource, "a service that speaks in another's name", func(d deployment) string {
		var roles []string
		for _, role := range d.OfType("AWS::IAM::Role") {
			for _, document := range policies(role) {
				for _, item := range document.(map[string]any)["Statement"].([]any) {
					if s := item.(map[string]any); puts(s) {
						s["Condition"] = map[string]any{"StringEquals": map[string]any{"events:source": "order-service"}}
						roles = append(roles, role.Name())
					}
				}
			}
		}
		return roles[1]
	}},
	{ownSource, "a grant of PutEvents for sources that look alike", func(d deployment) string {
		return d.statement("AWS::IAM::Role", puts, func(s map[string]any) {
			s["Condition"] = map[string]any{"StringLike": map[string]any{"events:source": "order-*"}}
		})
	}},
	{ownSource, "a grant of PutEvents among others", allowing(map[string]any{
		"Action": []any{"events:DescribeRule", "events:PutEvents"}, "Resource": "arn:aws:events:us-east-1:1:event-bus/b"})},
	{namedInvoker, "an invoker that acts for anyone", set("AWS::Lambda::Permission", nil, "SourceArn")},

	{inTransit, "a queue made past queue.go: in transit", bypassedQueue},
	{inTransit, "a topic made with the CDK's presets: in transit", bypassedTopic},
	{inTransit, "a queue without a policy", removing("AWS::SQS::QueuePolicy", queueType)},
	{inTransit, "a topic without a policy", removing("AWS::SNS::TopicPolicy", topicType)},
	{inTransit, "a policy that allows what it should deny", func(d deployment) string {
		d.statement("AWS::SNS::TopicPolicy", denies, func(s map[string]any) { s["Effect"] = "Allow" })
		return d.first(topicType).Name()
	}},
	{atRest, "a queue made past queue.go: at rest", bypassedQueue},
	{atRest, "a topic made with the CDK's presets: at rest", bypassedTopic},
	{atRest, "a queue that is not encrypted", set(queueType, false, "SqsManagedSseEnabled")},
	{tablesRestore, "a table without point-in-time recovery", set(tableType, nil, "PointInTimeRecoverySpecification")},
	{tablesRestore, "a table that is not protected", set(tableType, false, "DeletionProtectionEnabled")},
	{dataRetained, "a table that goes with the stack", deleted(tableType)},
	{dataRetained, "a log group that goes with the stack", deleted(groupType)},
	{dataRetained, "an archive that goes with the stack", deleted("AWS::Events::Archive")},
	{logsEnd, "a log group that keeps everything", set(groupType, nil, "RetentionInDays")},

	{alarmsHeard, "an alarm made past the others", func(d deployment) string { return d.add("BypassAlarm", alarmType, map[string]any{}) }},
	{alarmsHeard, "an alarm without an action", set(alarmType, nil, "AlarmActions")},
	{alarmsHeard, "an alarm that is switched off", set(alarmType, false, "ActionsEnabled")},
	{alarmsHeard, "alarms to a topic without subscribers", func(d deployment) string {
		for _, s := range d.OfType("AWS::SNS::Subscription") {
			delete(d.Resources, s.ID)
		}
		return d.first(alarmType).Name()
	}},
	{alarmsHeard, "alarms to a topic whose key CloudWatch may not use", func(d deployment) string {
		for _, topic := range d.OfType(topicType) {
			change(topic, snsKey, "KmsMasterKeyId")
		}
		return d.first(alarmType).Name()
	}},
	{queuesWatched, "a queue made past queue.go: alarm", bypassedQueue},
	{queuesWatched, "a queue without an alarm", removing(alarmType, queueType)},
	{queuesWatched, "an alarm that waits for ten letters", func(d deployment) string {
		queue := d.first(queueType)
		for _, alarm := range d.OfType(alarmType) {
			if synthesized.Refers(alarm.Properties, queue.ID) {
				change(alarm, 10.0, "Threshold")
			}
		}
		return queue.Name()
	}},
	{requestsLogged, "a stage without a log", set(stageType, nil, "AccessLogSettings")},
	{requestsLogged, "a stage without limits", set(stageType, nil, "DefaultRouteSettings")},
}

// deleted has the first resource of a type go with the stack.
func deleted(kind string) func(deployment) string {
	return func(d deployment) string {
		r := d.first(kind)
		r.DeletionPolicy = "Delete"
		d.Resources[r.ID] = r
		return r.Name()
	}
}
