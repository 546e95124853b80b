package logs

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Service is CloudWatch Logs for one account and Region. It is safe for
// concurrent use.
type Service struct {
	account string
	region  string
	kept    *store.Store

	sequence atomic.Uint64 // numbers events

	mu       sync.RWMutex
	groups   map[string]*group // by name
	policies map[string]resourcePolicy
	merged   *iam.Policy // all resource policies as one; nil without any
}

// New returns CloudWatch Logs with the groups in the store.
func New(account, region string, kept *store.Store) (*Service, error) {
	s := &Service{account: account, region: region, kept: kept, groups: map[string]*group{}, policies: map[string]resourcePolicy{}}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("take over the logs of the run before: %w", err)
	}
	return s, nil
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "logs", Protocol: frontdoor.JSON11, TargetPrefix: "Logs_20140328", InvalidCode: "InvalidParameterException",
		Operations: []frontdoor.Operation{
			frontdoor.Op("CreateLogGroup", onGroup[createGroupInput](s, "logs:CreateLogGroup"), s.createGroup),
			frontdoor.Op("DeleteLogGroup", onGroup[deleteGroupInput](s, "logs:DeleteLogGroup"), s.deleteGroup),
			frontdoor.Op("DescribeLogGroups", s.describeGroupsAccess, s.describeGroups),
			frontdoor.Op("PutRetentionPolicy", onGroup[putRetentionInput](s, "logs:PutRetentionPolicy"), s.putRetention),
			frontdoor.Op("DeleteRetentionPolicy", onGroup[deleteRetentionInput](s, "logs:DeleteRetentionPolicy"), s.deleteRetention),
			frontdoor.Op("ListTagsForResource", s.listTagsAccess, s.listTags),
			frontdoor.Op("CreateLogStream", onGroup[CreateLogStreamInput](s, "logs:CreateLogStream"), s.createStream),
			frontdoor.Op("DeleteLogStream", onGroup[deleteStreamInput](s, "logs:DeleteLogStream"), s.deleteStream),
			frontdoor.Op("DescribeLogStreams", onGroup[describeStreamsInput](s, "logs:DescribeLogStreams"), s.describeStreams),
			frontdoor.Op("PutLogEvents", onGroup[PutLogEventsInput](s, "logs:PutLogEvents"), s.putEvents),
			frontdoor.Op("GetLogEvents", onGroup[getEventsInput](s, "logs:GetLogEvents"), s.getEvents),
			frontdoor.Op("FilterLogEvents", onGroup[filterEventsInput](s, "logs:FilterLogEvents"), s.filterEvents),
			frontdoor.Op("PutResourcePolicy", anywhere[putPolicyInput]("logs:PutResourcePolicy"), s.putPolicy),
			frontdoor.Op("DescribeResourcePolicies", anywhere[describePoliciesInput]("logs:DescribeResourcePolicies"), s.describePolicies),
			frontdoor.Op("DeleteResourcePolicy", anywhere[deletePolicyInput]("logs:DeleteResourcePolicy"), s.deletePolicy),
			frontdoor.Op("StartLiveTail", frontdoor.Anyone[liveTailInput], s.startLiveTail),
		},
	}}
}

// empty is the output of operations that answer nothing.
type empty struct{}

type liveTailInput map[string]any

func (s *Service) startLiveTail(context.Context, *liveTailInput) (*empty, error) {
	return nil, frontdoor.Errorf("InvalidOperationException", "Live Tail is not supported here; FilterLogEvents (aws logs tail --follow) is.")
}
