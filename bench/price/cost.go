package price

import (
	"fmt"
	"maps"
	"slices"
)

// Line is what a million orders use of one thing and what that costs.
type Line struct {
	Service, What string
	// PerOrder is how much of it one order uses, in the unit that What names.
	PerOrder float64
	USD      float64 // for a million orders
}

// Cost is what a million orders cost, by service. Designs have the same lines
// in the same order: what one does not use, it uses 0 of.
func (d Design) Cost(u Usage) ([]Line, error) {
	invocations, seconds, gigabyteSeconds, err := d.functions(u)
	if err != nil {
		return nil, err
	}
	var transitions, starts, express float64
	if d.Express {
		starts, express = u.Executions, u.Executions*expressGBSeconds(u.ExecutionMs)
	} else {
		transitions = u.States
	}
	request := httpRequest
	if d.REST {
		request = restRequest
	}
	archived := u.EventBytes * float64(d.Archives) / 1e9
	lines := []Line{
		{"API Gateway", "requests", u.Requests, u.Requests * request},
		{"Lambda", "invocations", invocations, invocations * invocation},
		{"Lambda", "GB-seconds", gigabyteSeconds, seconds},
		{"DynamoDB", "write units", u.WriteUnits, u.WriteUnits * writeUnit},
		{"DynamoDB", "read units", u.ReadUnits, u.ReadUnits * readUnit},
		{"EventBridge", "events", u.Events, u.Events * customEvent},
		{"EventBridge", "KB archived", archived * 1e6, archived * archivedGB},
		{"Step Functions", "state transitions", transitions, transitions * stateTransition},
		{"Step Functions", "express executions", starts, starts * expressStart},
		{"Step Functions", "express GB-seconds", express, express * expressGBSecond},
		{"SQS", "calls", u.QueueCalls, u.QueueCalls * queueCall},
		{"SNS", "publications", u.Publications, u.Publications * publication},
		{"SNS mails", "mails", u.Mails, u.Mails * mail},
		{"CloudWatch", "KB of logs", u.LogBytes / 1e3, u.LogBytes / 1e9 * ingestedGB},
		{"X-Ray", "traces", u.Traces, u.Traces * recordedTrace},
	}
	for i := range lines {
		lines[i].USD *= Million
	}
	return lines, nil
}

// functions sums up what the functions use; usd is the price of their
// gigabyte-seconds.
func (d Design) functions(u Usage) (invocations, usd, gigabyteSeconds float64, err error) {
	for _, name := range slices.Sorted(maps.Keys(u.Invocations)) {
		f, ok := d.Functions[name]
		if !ok {
			return 0, 0, 0, fmt.Errorf("function %s was invoked, and the design has none of this name", name)
		}
		used := u.Invocations[name]
		invocations += used.Count
		took := used.Count * f.BilledMs(used.LocalMs) / 1000 * float64(f.MemoryMB) / 1024
		gigabyteSeconds += took
		usd += took * f.gigabyteSecond()
	}
	return invocations, usd, gigabyteSeconds, nil
}

func (f Function) gigabyteSecond() float64 {
	if f.ARM {
		return armGBSecond
	}
	return x86GBSecond
}

// Total is the sum of the lines in USD.
func Total(lines []Line) float64 {
	var sum float64
	for _, line := range lines {
		sum += line.USD
	}
	return sum
}
