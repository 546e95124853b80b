package architecture

import (
	"slices"
	"strings"

	"eda-demo/test/synthesized"
)

const (
	inTransit     = "every queue and topic refuses what is not encrypted in transit"
	atRest        = "every queue and topic is encrypted at rest"
	tablesRestore = "in prod every table can be restored to any second and is protected from deletion"
	dataRetained  = "in prod all that holds data outlives the stack"
	logsEnd       = "every log group has a retention"
)

var dataRules = []rule{
	{inTransit, checkInTransit},
	{atRest, checkAtRest},
	{tablesRestore, checkTablesRestore},
	{dataRetained, checkDataRetained},
	{logsEnd, checkLogsEnd},
}

func checkInTransit(d deployment) (broken []finding) {
	policies := map[string][2]string{
		queueType: {"AWS::SQS::QueuePolicy", "Queues"},
		topicType: {"AWS::SNS::TopicPolicy", "Topics"},
	}
	for kind, policy := range policies {
		for _, r := range d.OfType(kind) {
			if !slices.ContainsFunc(policyOf(d, policy[0], policy[1], r), refusesPlainHTTP) {
				broken = append(broken, found(r, "can be used by plain HTTP"))
			}
		}
	}
	return broken
}

// refusesPlainHTTP holds for a statement that denies everyone sending or
// publishing over a connection that is not encrypted.
func refusesPlainHTTP(s synthesized.Statement) bool {
	return s.Effect == "Deny" && s.Principal == "*" &&
		(slices.Contains(s.Actions, "sqs:*") || slices.Contains(s.Actions, "sns:Publish")) &&
		s.ConditionOn("Bool", "aws:SecureTransport") == "false"
}

func checkAtRest(d deployment) (broken []finding) {
	for _, queue := range d.OfType(queueType) {
		if queue.At("SqsManagedSseEnabled") != true && queue.At("KmsMasterKeyId") == nil {
			broken = append(broken, found(queue, "is not encrypted at rest"))
		}
	}
	for _, topic := range d.OfType(topicType) {
		if topic.At("KmsMasterKeyId") == nil {
			broken = append(broken, found(topic, "is not encrypted at rest"))
		}
	}
	return broken
}

func checkTablesRestore(d deployment) (broken []finding) {
	if !d.prod() {
		return nil
	}
	for _, table := range d.OfType(tableType) {
		if table.At("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != true {
			broken = append(broken, found(table, "has no point-in-time recovery"))
		}
		if table.At("DeletionProtectionEnabled") != true {
			broken = append(broken, found(table, "can be deleted"))
		}
	}
	return broken
}

// holdData are the types of what cannot be made again: data, letters, who
// confirmed a subscription, and the bus that an archive can be replayed to.
var holdData = []string{
	tableType, groupType, queueType, topicType, "AWS::Events::EventBus", "AWS::Events::Archive",
}

func checkDataRetained(d deployment) (broken []finding) {
	if !d.prod() {
		return nil
	}
	for _, r := range d.OfType(holdData...) {
		if !strings.HasPrefix(r.DeletionPolicy, "Retain") || r.UpdateReplacePolicy != "Retain" {
			broken = append(broken, found(r, "has deletion policy %q and update-replace policy %q", r.DeletionPolicy, r.UpdateReplacePolicy))
		}
	}
	return broken
}

func checkLogsEnd(d deployment) (broken []finding) {
	for _, group := range d.OfType(groupType) {
		if days, _ := group.At("RetentionInDays").(float64); days < 1 {
			broken = append(broken, found(group, "keeps logs for ever"))
		}
	}
	return broken
}
