package architecture

import (
	"slices"
	"strings"

	"eda-demo/test/synthesized"
)

const (
	queueType    = "AWS::SQS::Queue"
	ruleType     = "AWS::Events::Rule"
	functionType = "AWS::Lambda::Function"
	busType      = "AWS::Events::EventBus"
	archiveType  = "AWS::Events::Archive"
)

const (
	oneTarget         = "every rule has one target"
	targetRetries     = "every target has a retry policy with an end"
	targetDeadLetters = "every target has a dead-letter queue of its own, which lets EventBridge in"
	busesKept         = "every event on every bus is archived and logged"
)

var routeRules = []rule{
	{oneTarget, checkOneTarget},
	{targetRetries, checkTargetRetries},
	{targetDeadLetters, checkTargetDeadLetters},
	{busesKept, checkBusesKept},
}

func checkOneTarget(d deployment) (broken []finding) {
	for _, r := range d.OfType(ruleType) {
		if n := len(r.List("Targets")); n != 1 {
			broken = append(broken, found(r, "has %d targets", n))
		}
	}
	return broken
}

func checkTargetRetries(d deployment) (broken []finding) {
	for _, r := range d.OfType(ruleType) {
		for i := range r.List("Targets") {
			retries, _ := r.At("Targets", i, "RetryPolicy", "MaximumRetryAttempts").(float64)
			age, _ := r.At("Targets", i, "RetryPolicy", "MaximumEventAgeInSeconds").(float64)
			if retries < 1 || age < 60 {
				broken = append(broken, found(r, "retries a delivery %v times for %v s", retries, age))
			}
		}
	}
	return broken
}

func checkTargetDeadLetters(d deployment) (broken []finding) {
	users := map[string]string{}
	for _, r := range d.OfType(ruleType) {
		for i := range r.List("Targets") {
			queue := d.Referred(r.Text("Targets", i, "DeadLetterConfig", "Arn"))
			switch other := users[queue.ID]; {
			case queue.Type != queueType:
				broken = append(broken, found(r, "has no dead-letter queue"))
			case other != "":
				broken = append(broken, found(r, "shares its dead-letter queue with %s", other))
			case !letsIn(d, queue, "events.amazonaws.com"):
				broken = append(broken, found(r, "has a dead-letter queue that does not let EventBridge in"))
			}
			users[queue.ID] = r.Name()
		}
	}
	return broken
}

func checkBusesKept(d deployment) (broken []finding) {
	for _, bus := range d.OfType(busType) {
		if !slices.ContainsFunc(d.OfType(archiveType), func(archive synthesized.Resource) bool {
			return archive.Text("SourceArn") == "${"+bus.ID+".Arn}" && archive.At("EventPattern") == nil
		}) {
			broken = append(broken, found(bus, "is not archived"))
		}
		if !slices.ContainsFunc(d.OfType(ruleType), func(rule synthesized.Resource) bool {
			return rule.Text("EventBusName") == "${"+bus.ID+"}" && rule.Text("EventPattern") == `{"source":[{"exists":true}]}` &&
				strings.Contains(rule.Text("Targets", 0, "Arn"), ":log-group:")
		}) {
			broken = append(broken, found(bus, "has no rule that logs all of its events"))
		}
	}
	return broken
}

// letsIn tells whether the queue's policy lets a service send to it.
func letsIn(d deployment, queue synthesized.Resource, service string) bool {
	return slices.ContainsFunc(policyOf(d, "AWS::SQS::QueuePolicy", "Queues", queue), func(s synthesized.Statement) bool {
		return s.Effect == "Allow" && s.Principal == service && slices.Contains(s.Actions, "sqs:SendMessage")
	})
}

// policyOf returns the statements of the policies of a type for a resource.
func policyOf(d deployment, kind, property string, of synthesized.Resource) (all []synthesized.Statement) {
	for _, policy := range d.OfType(kind) {
		if synthesized.Refers(policy.At(property), of.ID) {
			all = append(all, policy.Allows()...)
		}
	}
	return all
}
