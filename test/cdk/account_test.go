package cdk

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// lister lists the names of what an account has of one kind.
type lister func(ctx context.Context, cfg aws.Config) ([]string, error)

// kinds are what an account can have, as far as the SDK can list it here.
var kinds = map[string]lister{
	"stack": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{})
		return names(err, func(add func(*string)) {
			for _, s := range out.Stacks {
				add(s.StackName)
			}
		})
	},
	"function": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := lambda.NewFromConfig(cfg).ListFunctions(ctx, &lambda.ListFunctionsInput{})
		return names(err, func(add func(*string)) {
			for _, f := range out.Functions {
				add(f.FunctionName)
			}
		})
	},
	"event source mapping": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := lambda.NewFromConfig(cfg).ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{})
		return names(err, func(add func(*string)) {
			for _, m := range out.EventSourceMappings {
				add(m.UUID)
			}
		})
	},
	"table": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{})
		return names(err, func(add func(*string)) {
			for _, name := range out.TableNames {
				add(&name)
			}
		})
	},
	"event bus": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := eventbridge.NewFromConfig(cfg).ListEventBuses(ctx, &eventbridge.ListEventBusesInput{})
		return names(err, func(add func(*string)) {
			for _, b := range out.EventBuses {
				if *b.Name != "default" { // each account has it
					add(b.Name)
				}
			}
		})
	},
	"queue": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{})
		return names(err, func(add func(*string)) {
			for _, url := range out.QueueUrls {
				add(&url)
			}
		})
	},
	"topic": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := sns.NewFromConfig(cfg).ListTopics(ctx, &sns.ListTopicsInput{})
		return names(err, func(add func(*string)) {
			for _, topic := range out.Topics {
				add(topic.TopicArn)
			}
		})
	},
	"subscription": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := sns.NewFromConfig(cfg).ListSubscriptions(ctx, &sns.ListSubscriptionsInput{})
		return names(err, func(add func(*string)) {
			for _, s := range out.Subscriptions {
				add(s.SubscriptionArn)
			}
		})
	},
	"log group": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
		return names(err, func(add func(*string)) {
			for _, g := range out.LogGroups {
				add(g.LogGroupName)
			}
		})
	},
	"log resource policy": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := cloudwatchlogs.NewFromConfig(cfg).DescribeResourcePolicies(ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{})
		return names(err, func(add func(*string)) {
			for _, p := range out.ResourcePolicies {
				add(p.PolicyName)
			}
		})
	},
	"state machine": func(ctx context.Context, cfg aws.Config) ([]string, error) {
		out, err := sfn.NewFromConfig(cfg).ListStateMachines(ctx, &sfn.ListStateMachinesInput{})
		return names(err, func(add func(*string)) {
			for _, m := range out.StateMachines {
				add(m.StateMachineArn)
			}
		})
	},
}

func names(err error, each func(add func(*string))) ([]string, error) {
	if err != nil {
		return nil, err
	}
	var list []string
	each(func(name *string) { list = append(list, *name) })
	slices.Sort(list)
	return list, nil
}

// has lists everything in the account.
func (c *cloud) has(t *testing.T) []string {
	t.Helper()
	var all []string
	for kind, list := range kinds {
		found, err := list(t.Context(), c.config())
		if err != nil {
			t.Fatalf("list each %s: %v", kind, err)
		}
		for _, name := range found {
			all = append(all, fmt.Sprintf("%s %s", kind, name))
		}
	}
	slices.Sort(all)
	return all
}
