package logs

import (
	"context"
	"slices"
	"strings"

	"eda-demo/local/logs/filterpattern"
)

type filterEventsInput struct {
	byIdentifier
	LogStreamNames      []string `json:"logStreamNames"`
	LogStreamNamePrefix string   `json:"logStreamNamePrefix"`
	StartTime           *int64   `json:"startTime"`
	EndTime             *int64   `json:"endTime"`
	FilterPattern       string   `json:"filterPattern"`
	NextToken           string   `json:"nextToken"`
	Limit               *int     `json:"limit"`
	StartFromHead       *bool    `json:"startFromHead"`
	Interleaved         *bool    `json:"interleaved"` // ignored, as AWS does since 2019
	Unmask              bool     `json:"unmask"`      // nothing is masked
}

type filteredEvent struct {
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
	EventId       string `json:"eventId"`
}

type filterEventsOutput struct {
	Events             []filteredEvent `json:"events"`
	SearchedLogStreams []struct{}      `json:"searchedLogStreams"` // always empty since 2020
	NextToken          string          `json:"nextToken,omitempty"`
}

func (s *Service) filterEvents(_ context.Context, in *filterEventsInput) (*filterEventsOutput, error) {
	g, err := s.group(in.byIdentifier)
	if err != nil {
		return nil, err
	}
	if in.LogStreamNames != nil {
		for _, name := range in.LogStreamNames {
			if !g.hasStream(name) {
				return nil, noSuchStream()
			}
		}
	}
	sel, err := in.selection()
	if err != nil {
		return nil, err
	}
	page, more := g.page(sel)
	out := &filterEventsOutput{Events: []filteredEvent{}, SearchedLogStreams: []struct{}{}}
	for _, e := range page {
		out.Events = append(out.Events, filteredEvent{e.stream.name, e.key.timestamp, e.message, e.ingestion, e.key.text()})
	}
	if more {
		out.NextToken = page[len(page)-1].key.text()
	}
	return out, nil
}

func (in *filterEventsInput) selection() (sel selection, err error) {
	if in.LogStreamNames != nil && in.LogStreamNamePrefix != "" {
		return sel, invalid("logStreamNames and logStreamNamePrefix exclude each other")
	}
	sel = selection{
		from: in.StartTime, to: in.EndTime, stream: in.wantsStream,
		descending: in.StartFromHead != nil && !*in.StartFromHead,
	}
	if sel.limit, err = pageLimit(in.Limit); err != nil {
		return sel, err
	}
	if in.FilterPattern != "" {
		if sel.pattern, err = filterpattern.Compile(in.FilterPattern); err != nil {
			return sel, invalid("%v", err)
		}
	}
	if in.NextToken == "" {
		return sel, nil
	}
	at, err := parseKey(in.NextToken)
	if sel.descending {
		sel.before = &at
	} else {
		sel.after = &at
	}
	return sel, err
}

func (in *filterEventsInput) wantsStream(name string) bool {
	return strings.HasPrefix(name, in.LogStreamNamePrefix) && (in.LogStreamNames == nil || slices.Contains(in.LogStreamNames, name))
}
