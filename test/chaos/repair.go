package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// repairs are what an operator does about what was given up.
type repairs struct {
	*world
	deadLetters int
	restarted   map[string]bool // executions, by ARN
}

// letters returns the numbers of messages in the queues that have any, by name.
func (r *repairs) letters(ctx context.Context) (map[string]int, error) {
	client := sqs.NewFromConfig(r.aws())
	queues, err := client.ListQueues(ctx, &sqs.ListQueuesInput{})
	if err != nil {
		return nil, fmt.Errorf("list the queues: %w", err)
	}
	counts := map[string]int{}
	for _, url := range queues.QueueUrls {
		out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
		})
		if err != nil {
			return nil, fmt.Errorf("count the messages in %s: %w", url, err)
		}
		for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"} {
			count, err := strconv.Atoi(out.Attributes[name])
			if err != nil {
				return nil, fmt.Errorf("count the messages in %s: %w", url, err)
			}
			if count > 0 {
				counts[url[strings.LastIndexByte(url, '/')+1:]] += count
			}
		}
	}
	return counts, nil
}

// redrive puts all dead letters back. It returns how many there were.
func (r *repairs) redrive(ctx context.Context) (int, error) {
	waiting, err := r.letters(ctx)
	if err != nil {
		return 0, err
	}
	found := 0
	for queue, count := range waiting {
		r.Report("%d dead letters in %s", count, queue)
		found += count
		command := exec.CommandContext(ctx, r.Ops, "redrive", "-queue", queue, "-yes")
		command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+*r.aws().BaseEndpoint,
			"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1")
		out, err := command.CombinedOutput()
		r.deadLetters += strings.Count(string(out), ": put back\n")
		if err != nil {
			r.Report("redrive %s: %v\n%s", queue, err, out)
			return found, fmt.Errorf("redrive %s: %w", queue, err)
		}
	}
	return found, nil
}

// restart starts executions again that have failed. It returns how many had.
func (r *repairs) restart(ctx context.Context) (int, error) {
	client, count := sfn.NewFromConfig(r.aws()), 0
	for _, status := range []sfntypes.ExecutionStatus{
		sfntypes.ExecutionStatusFailed, sfntypes.ExecutionStatusTimedOut, sfntypes.ExecutionStatusAborted,
	} {
		pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{
			StateMachineArn: aws.String(r.output("PaymentStateMachineArn")), StatusFilter: status,
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return count, fmt.Errorf("list the executions that ended as %s: %w", status, err)
			}
			for _, failed := range page.Executions {
				if r.restarted[*failed.ExecutionArn] {
					continue
				}
				count++
				if err := r.startAgain(ctx, client, *failed.ExecutionArn); err != nil {
					return count, err
				}
			}
		}
	}
	return count, nil
}

func (r *repairs) startAgain(ctx context.Context, client *sfn.Client, arn string) error {
	failed, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return fmt.Errorf("look at execution %s: %w", arn, err)
	}
	r.Report("execution %s has failed: %s %s", arn, aws.ToString(failed.Error), aws.ToString(failed.Cause))
	_, err = client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: failed.StateMachineArn, Input: failed.Input})
	if err != nil {
		return fmt.Errorf("start execution %s again: %w", arn, err)
	}
	r.restarted[arn] = true
	return nil
}

// running fails if an execution is still running.
func (r *repairs) running(ctx context.Context) error {
	out, err := sfn.NewFromConfig(r.aws()).ListExecutions(ctx, &sfn.ListExecutionsInput{
		StateMachineArn: aws.String(r.output("PaymentStateMachineArn")), StatusFilter: sfntypes.ExecutionStatusRunning,
	})
	if err == nil && len(out.Executions) > 0 {
		err = errors.New("executions are running")
	}
	return err
}
