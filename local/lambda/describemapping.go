package lambda

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// mappingOutput describes an event source mapping.
// https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
type mappingOutput struct {
	UUID                           string
	EventSourceArn                 string
	EventSourceMappingArn          string
	FunctionArn                    string
	LastModified                   frontdoor.Timestamp
	LastProcessingResult           string `json:",omitempty"`
	State                          string
	StateTransitionReason          string
	BatchSize                      resource.Int
	MaximumBatchingWindowInSeconds resource.Int
	FunctionResponseTypes          []string `json:",omitempty"`

	// Of streams only.
	StartingPosition           string              `json:",omitempty"`
	BisectBatchOnFunctionError *resource.Bool      `json:",omitempty"`
	MaximumRetryAttempts       *resource.Int       `json:",omitempty"`
	MaximumRecordAgeInSeconds  *resource.Int       `json:",omitempty"`
	ParallelizationFactor      resource.Int        `json:",omitempty"`
	DestinationConfig          *destinationsOutput `json:",omitempty"`
}

func (s *Service) describeMapping(m *mapping) mappingOutput {
	out := mappingOutput{
		UUID: m.uuid, EventSourceArn: m.source, EventSourceMappingArn: s.mappingARN(m.uuid), FunctionArn: s.arnPrefix() + m.functionName(),
		LastModified: frontdoor.At(m.modified), State: m.reading.state(), StateTransitionReason: "User action",
		BatchSize: m.settings.BatchSize, MaximumBatchingWindowInSeconds: m.settings.MaximumBatchingWindowInSeconds,
		FunctionResponseTypes: m.settings.FunctionResponseTypes,
	}
	if m.reading.source != nil {
		out.LastProcessingResult = m.reading.source.LastResult()
	}
	if m.settings.IsQueue() {
		return out
	}
	set, forever := m.settings, resource.Int(-1)
	out.StartingPosition, out.ParallelizationFactor = set.StartingPosition, set.ParallelizationFactor
	out.BisectBatchOnFunctionError = &set.BisectBatchOnFunctionError
	out.MaximumRetryAttempts, out.MaximumRecordAgeInSeconds = &forever, &forever
	if set.MaximumRetryAttempts != nil {
		out.MaximumRetryAttempts = set.MaximumRetryAttempts
	}
	if set.MaximumRecordAgeInSeconds != nil {
		out.MaximumRecordAgeInSeconds = set.MaximumRecordAgeInSeconds
	}
	if target := set.FailureTarget(); target != "" {
		out.DestinationConfig = &destinationsOutput{OnFailure: &destination{target}}
	}
	return out
}

type listMappingsInput struct {
	EventSourceArn string
	FunctionName   string
	Marker         string
	MaxItems       int
}

type listMappingsOutput struct {
	EventSourceMappings []mappingOutput
	NextMarker          string `json:",omitempty"`
}

func (s *Service) listMappingsAccess(context.Context, *listMappingsInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "lambda:ListEventSourceMappings", Resource: "*"}}, nil
}

// listMappings returns at most 100 mappings at a time; the marker is the UUID
// of the last one.
func (s *Service) listMappings(_ context.Context, in *listMappingsInput) (*listMappingsOutput, error) {
	limit := 100
	if in.MaxItems > 0 {
		limit = min(limit, in.MaxItems)
	}
	var on target
	if in.FunctionName != "" {
		var err error
		if on, err = s.find(in.FunctionName, ""); err != nil {
			return nil, err
		}
	}
	out := &listMappingsOutput{EventSourceMappings: []mappingOutput{}}
	for _, m := range s.state.allMappings() {
		if m.uuid <= in.Marker || in.EventSourceArn != "" && m.source != in.EventSourceArn || !m.isOf(on) {
			continue
		}
		if len(out.EventSourceMappings) == limit {
			out.NextMarker = out.EventSourceMappings[limit-1].UUID
			break
		}
		out.EventSourceMappings = append(out.EventSourceMappings, s.describeMapping(m))
	}
	return out, nil
}

// isOf tells whether a mapping invokes what a caller asks for; nothing stands
// for all.
func (m *mapping) isOf(t target) bool {
	return t.version == nil || m.function == t.function.name && m.qualifier == t.qualifier
}

type getMappingInput struct{ UUID string }

func (s *Service) getMappingAccess(_ context.Context, in *getMappingInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "lambda:GetEventSourceMapping", Resource: s.mappingARN(in.UUID)}}, nil
}

func (s *Service) getMapping(_ context.Context, in *getMappingInput) (*mappingOutput, error) {
	m := s.state.mapping(in.UUID)
	if m == nil {
		return nil, noMapping()
	}
	out := s.describeMapping(m)
	return &out, nil
}

func noMapping() *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "The resource you requested does not exist."}
}
