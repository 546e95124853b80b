package eventbridge

import (
	"context"

	"eda-demo/local/iam"
)

// Actions, resources and condition keys are those of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html

type accessFunc[In any] func(context.Context, *In) ([]iam.Access, error)

func anyResource[In any](action string) accessFunc[In] {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: "*"}}, nil
	}
}

func onBus[In any](s *Service, action string, name func(*In) string) accessFunc[In] {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		bus, err := s.busName(name(in))
		if err != nil {
			return nil, err
		}
		return []iam.Access{{Action: action, Resource: s.busARN(bus)}}, nil
	}
}

// onNamed is for operations on an archive or a replay.
func onNamed[In any](s *Service, action, kind string, name func(*In) string) accessFunc[In] {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: s.arn(kind + name(in))}}, nil
	}
}

// startReplayAccess is permission on the archive that is replayed.
func (s *Service) startReplayAccess(_ context.Context, in *startReplayInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "events:StartReplay", Resource: in.EventSourceArn}}, nil
}

// onRule is for operations whose input names a rule and its bus.
func onRule[In any, P interface {
	*In
	ruleName() (rule, bus string)
}](s *Service, action string) accessFunc[In] {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		rule, busReference := P(in).ruleName()
		bus, err := s.busName(busReference)
		if err != nil {
			return nil, err
		}
		return []iam.Access{{Action: action, Resource: s.ruleARN(bus, rule)}}, nil
	}
}

// putAccess is the permission to put an event on a bus. fromBus tells that the
// event comes from another bus.
func (s *Service) putAccess(bus, source, detailType string, fromBus bool) iam.Access {
	access := iam.Access{
		Action: "events:PutEvents", Resource: s.busARN(bus),
		Keys: map[string][]string{
			"events:source":             {source},
			"events:detail-type":        {detailType},
			"events:eventBusInvocation": {map[bool]string{true: "true", false: "false"}[fromBus]},
		},
	}
	if b := s.store.bus(bus); b != nil {
		access.ResourcePolicy = b.policy
	}
	return access
}

// putEventsAccess asks for each bus, source and detail type on its own, so that
// a condition on a single value decides every entry.
func (s *Service) putEventsAccess(_ context.Context, in *putEventsInput) ([]iam.Access, error) {
	type kind struct{ bus, source, detailType string }
	asked := map[kind]bool{}
	var accesses []iam.Access
	for _, entry := range in.Entries {
		bus, err := s.busName(entry.EventBusName)
		if err != nil {
			return nil, err
		}
		k := kind{bus, entry.Source, entry.DetailType}
		if !asked[k] {
			asked[k] = true
			accesses = append(accesses, s.putAccess(bus, entry.Source, entry.DetailType, false))
		}
	}
	return accesses, nil
}
