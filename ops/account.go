package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/logging"
)

// account is the services of the account that the environment names.
type account struct {
	stacks    *cloudformation.Client
	queues    *sqs.Client
	buses     *eventbridge.Client
	functions *lambda.Client
	machines  *sfn.Client
	logs      *cloudwatchlogs.Client
	streams   *dynamodbstreams.Client
	tables    *dynamodb.Client
	// scan allows to look through a whole table for what a stream has no more.
	scan bool
}

// newAccount is replaced by tests.
var newAccount = func(ctx context.Context) (*account, error) {
	// What the SDK would log, of connections for example, it does not fail for.
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return nil, errors.New("no Region is configured: set AWS_REGION")
	}
	return accountOf(cfg), nil
}

func accountOf(cfg aws.Config) *account {
	return &account{
		stacks: cloudformation.NewFromConfig(cfg), queues: sqs.NewFromConfig(cfg), buses: eventbridge.NewFromConfig(cfg),
		functions: lambda.NewFromConfig(cfg), machines: sfn.NewFromConfig(cfg), logs: cloudwatchlogs.NewFromConfig(cfg),
		streams: dynamodbstreams.NewFromConfig(cfg), tables: dynamodb.NewFromConfig(cfg),
	}
}

// found is a resource of the stack.
type found struct {
	kind string // such as "AWS::SQS::Queue"
	id   string // the physical one
}

// stack is the resources of the stack by the ids that they have in the account.
type stack struct {
	name      string
	arn       string
	outputs   map[string]string
	resources []found
}

func (a *account) stack(ctx context.Context, name string) (*stack, error) {
	s := &stack{name: name, outputs: map[string]string{}}
	described, err := a.stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		return nil, fmt.Errorf("find stack %s: %w", name, err)
	}
	if len(described.Stacks) == 1 {
		s.arn = aws.ToString(described.Stacks[0].StackId)
		for _, output := range described.Stacks[0].Outputs {
			s.outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
		}
	}
	pages := cloudformation.NewListStackResourcesPaginator(a.stacks, &cloudformation.ListStackResourcesInput{StackName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the resources of stack %s: %w", name, err)
		}
		for _, r := range page.StackResourceSummaries {
			if id := aws.ToString(r.PhysicalResourceId); id != "" {
				s.resources = append(s.resources, found{aws.ToString(r.ResourceType), id})
			}
		}
	}
	return s, nil
}

// ids are the physical ids of the resources of a type, sorted.
func (s *stack) ids(kind string) []string {
	var ids []string
	for _, r := range s.resources {
		if r.kind == kind {
			ids = append(ids, r.id)
		}
	}
	slices.Sort(ids)
	return ids
}

// arnOf is the ARN of a resource in the stack's account and Region.
func (s *stack) arnOf(service, resource string) string {
	parts := strings.SplitN(s.arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], resource}, ":")
}
