package logs

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
)

var streamNamePattern = regexp.MustCompile(`^[^:*]{1,512}$`)

// CreateLogStreamInput is the input of CreateLogStream.
type CreateLogStreamInput struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
}

func (in *CreateLogStreamInput) location() (group, stream string) {
	return in.LogGroupName, in.LogStreamName
}

func (s *Service) createStream(_ context.Context, in *CreateLogStreamInput) (*empty, error) {
	g, err := s.find(in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if !streamNamePattern.MatchString(in.LogStreamName) {
		return nil, invalid("Value '%s' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*, 1 to 512 characters", in.LogStreamName)
	}
	added, err := g.addStream(in.LogStreamName)
	if err != nil {
		return nil, err
	}
	if !added {
		return nil, frontdoor.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	return &empty{}, nil
}

type deleteStreamInput struct{ CreateLogStreamInput }

func (s *Service) deleteStream(_ context.Context, in *deleteStreamInput) (*empty, error) {
	g, err := s.find(in.LogGroupName)
	if err != nil {
		return nil, err
	}
	removed, err := g.removeStream(in.LogStreamName)
	if err != nil {
		return nil, err
	}
	if !removed {
		return nil, noSuchStream()
	}
	return &empty{}, nil
}

type describeStreamsInput struct {
	byIdentifier
	LogStreamNamePrefix string `json:"logStreamNamePrefix"`
	OrderBy             string `json:"orderBy"`
	Descending          bool   `json:"descending"`
	Limit               *int   `json:"limit"`
	NextToken           string `json:"nextToken"`
}

type streamDescription struct {
	LogStreamName       string `json:"logStreamName"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp *int64 `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  *int64 `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   *int64 `json:"lastIngestionTime,omitempty"`
	UploadSequenceToken string `json:"uploadSequenceToken"`
	Arn                 string `json:"arn"`
	StoredBytes         int    `json:"storedBytes"` // always 0 since 2019
}

type describeStreamsOutput struct {
	LogStreams []streamDescription `json:"logStreams"`
	NextToken  string              `json:"nextToken,omitempty"`
}

func (s *Service) describeStreams(_ context.Context, in *describeStreamsInput) (*describeStreamsOutput, error) {
	g, err := s.group(in.byIdentifier)
	if err != nil {
		return nil, err
	}
	order, err := in.order()
	if err != nil {
		return nil, err
	}
	var matching []streamDescription
	for _, st := range g.describeStreams(s.groupARN(g.name)) {
		if strings.HasPrefix(st.LogStreamName, in.LogStreamNamePrefix) {
			matching = append(matching, st)
		}
	}
	slices.SortFunc(matching, order)
	page, next, err := paginate(matching, func(d streamDescription) string { return d.LogStreamName }, in.Limit, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &describeStreamsOutput{append([]streamDescription{}, page...), next}, nil
}

func (in *describeStreamsInput) order() (func(a, b streamDescription) int, error) {
	ascending := func(a, b streamDescription) int { return strings.Compare(a.LogStreamName, b.LogStreamName) }
	switch {
	case in.OrderBy == "LastEventTime" && in.LogStreamNamePrefix != "":
		return nil, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	case in.OrderBy == "LastEventTime":
		ascending = func(a, b streamDescription) int {
			return cmp.Or(cmp.Compare(orZero(a.LastEventTimestamp), orZero(b.LastEventTimestamp)), strings.Compare(a.LogStreamName, b.LogStreamName))
		}
	case in.OrderBy != "" && in.OrderBy != "LogStreamName":
		return nil, invalid("orderBy must be LogStreamName or LastEventTime, not %q", in.OrderBy)
	}
	if in.Descending {
		return func(a, b streamDescription) int { return ascending(b, a) }, nil
	}
	return ascending, nil
}

func orZero(timestamp *int64) int64 {
	if timestamp == nil {
		return 0
	}
	return *timestamp
}

func (g *group) describeStreams(groupARN string) []streamDescription {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []streamDescription
	for st := range maps.Values(g.streams) {
		description := streamDescription{
			LogStreamName: st.name, CreationTime: st.created.UnixMilli(), Arn: groupARN + ":log-stream:" + st.name,
			UploadSequenceToken: "0",
		}
		if !st.written.IsZero() {
			first, last, written := st.first, st.last, st.written.UnixMilli()
			description.FirstEventTimestamp, description.LastEventTimestamp, description.LastIngestionTime = &first, &last, &written
		}
		all = append(all, description)
	}
	return all
}
