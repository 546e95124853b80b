package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// calls has how often the roles of the app were allowed an action on a
// resource: each call of an API that is billed by the call is one such access.
type calls map[access]float64

type access struct{ action, resource string }

// readCalls asks the runner what its roles have done.
func readCalls(ctx context.Context, r *runner) (calls, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.endpoint+"/permissions.json", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the runner for the calls: %w", err)
	}
	defer response.Body.Close()
	var report struct {
		Roles []struct {
			Grants []struct {
				Accesses []struct {
					Action, Resource string
					Calls            float64
				}
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&report); err != nil {
		return nil, fmt.Errorf("read the runner's calls: %w", err)
	}
	made := calls{}
	for _, role := range report.Roles {
		for _, grant := range role.Grants {
			for _, a := range grant.Accesses {
				made[access{a.Action, a.Resource}] += a.Calls
			}
		}
	}
	return made, nil
}

// of is how many calls there were of actions that begin so on resources that
// end so.
func (c calls) of(action, resource string) float64 {
	var sum float64
	for a, made := range c {
		if strings.HasPrefix(a.action, action) && strings.HasSuffix(a.resource, resource) {
			sum += made
		}
	}
	return sum
}

// billed is the number of calls that orders make: the stream is read all the
// time.
func (c calls) billed() float64 {
	var sum float64
	for a, made := range c {
		if !strings.Contains(a.resource, "/stream/") && !strings.HasPrefix(a.action, "xray:") {
			sum += made
		}
	}
	return sum
}

func (c calls) minus(before calls) calls {
	difference := calls{}
	for a, made := range c {
		difference[a] = made - before[a]
	}
	return difference
}

// itemSizes has the size in bytes of each item of a table.
func itemSizes(ctx context.Context, r *runner, name string) ([]float64, error) {
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(r.aws()), &dynamodb.ScanInput{TableName: aws.String(name)})
	var sizes []float64
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the items of %s: %w", name, err)
		}
		for _, item := range page.Items {
			sizes = append(sizes, itemSize(item))
		}
	}
	return sizes, nil
}

// itemSize is the size of an item as DynamoDB reckons it:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func itemSize(item map[string]types.AttributeValue) float64 {
	var size float64
	for name, value := range item {
		size += float64(len(name)) + valueSize(value)
	}
	return size
}

func valueSize(value types.AttributeValue) float64 {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return float64(len(v.Value))
	case *types.AttributeValueMemberN:
		return float64((len(v.Value)+1)/2 + 1)
	case *types.AttributeValueMemberM:
		return 3 + float64(len(v.Value)) + itemSize(v.Value)
	case *types.AttributeValueMemberL:
		size := 3 + float64(len(v.Value))
		for _, element := range v.Value {
			size += valueSize(element)
		}
		return size
	case *types.AttributeValueMemberB:
		return float64(len(v.Value))
	}
	return 1 // true, false, null; the app has no sets
}
