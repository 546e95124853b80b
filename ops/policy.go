package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
)

const policyUsage = `Usage: go run ./ops policy [flags]

It prints an IAM policy document that allows redrive, replay and timeline on the
resources of the stack, and nothing else. Whoever prints it has to be allowed
cloudformation:DescribeStacks and cloudformation:ListStackResources.
`

// grants are the actions that ops calls, by what they are called on: resource
// types of the stack.
var grants = []struct {
	kind    string
	actions []string
	arns    func(s *stack, id string) []string
}{
	{"AWS::SQS::Queue", []string{
		"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
	}, func(s *stack, id string) []string {
		return []string{s.arnOf("sqs", id[strings.LastIndexByte(id, '/')+1:])}
	}},
	{"AWS::Events::Rule", []string{"events:ListTargetsByRule"}, func(s *stack, id string) []string {
		return []string{s.arnOf("events", "rule/"+strings.Replace(id, "|", "/", 1))}
	}},
	{"AWS::Lambda::Function", []string{"lambda:InvokeFunction"}, func(s *stack, id string) []string {
		arn := s.arnOf("lambda", "function:"+id)
		return []string{arn, arn + ":*"}
	}},
	{"AWS::StepFunctions::StateMachine", []string{"states:StartExecution"}, func(_ *stack, id string) []string { return []string{id} }},
	{"AWS::Logs::LogGroup", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, func(s *stack, id string) []string {
		return []string{s.arnOf("logs", "log-group:"+id+":*")}
	}},
	{"AWS::DynamoDB::Table", []string{"dynamodb:GetShardIterator", "dynamodb:GetRecords"}, func(s *stack, id string) []string {
		return []string{s.arnOf("dynamodb", "table/"+id+"/stream/*")}
	}},
	{"AWS::DynamoDB::Table", []string{"dynamodb:DescribeTable", "dynamodb:Scan"}, func(s *stack, id string) []string {
		return []string{s.arnOf("dynamodb", "table/"+id)}
	}},
	{"AWS::Events::Archive", []string{"events:DescribeArchive", "events:StartReplay"}, func(s *stack, id string) []string {
		return []string{s.arnOf("events", "archive/"+id)}
	}},
}

type policyDocument struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect   string
	Action   []string
	Resource []string
}

func policy(ctx context.Context, c console, flags *flag.FlagSet, arguments []string) error {
	name := flags.String("stack", defaultStack, "the stack `name`")
	if err := parse(c, flags, arguments); err != nil {
		return err
	}
	a, err := newAccount(ctx)
	if err != nil {
		return err
	}
	s, err := a.stack(ctx, *name)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(c.out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s.policy()); err != nil {
		return fmt.Errorf("print the policy: %w", err)
	}
	return nil
}

// policy is what redrive, replay and timeline call. Log groups and functions that
// no rule and no queue leads to are left out.
func (s *stack) policy() policyDocument {
	document := policyDocument{Version: "2012-10-17", Statement: []statement{{
		"Allow", []string{"cloudformation:DescribeStacks", "cloudformation:ListStackResources"}, []string{s.arn},
	}, {
		"Allow", []string{"events:DescribeReplay"}, []string{s.arnOf("events", "replay/ops-*")},
	}}}
	for _, grant := range grants {
		allowed := statement{Effect: "Allow", Action: grant.actions}
		for _, id := range s.ids(grant.kind) {
			allowed.Resource = append(allowed.Resource, grant.arns(s, id)...)
		}
		if len(allowed.Resource) > 0 {
			document.Statement = append(document.Statement, allowed)
		}
	}
	if group := s.outputs[catchAllOutput]; group != "" {
		document.Statement = append(document.Statement, statement{
			"Allow", []string{"logs:FilterLogEvents"}, []string{s.arnOf("logs", "log-group:"+group+":*")},
		})
	}
	return document
}
