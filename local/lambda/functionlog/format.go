package functionlog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"eda-demo/local/lambda/sandbox"
)

// Level is a level of Lambda's own lines.
type Level int

// The levels in the words of LoggingConfig.SystemLogLevel: DEBUG, INFO, WARN.
const (
	Debug Level = iota
	Info
	Warn
)

// ParseLevel reads a SystemLogLevel; "" is INFO.
func ParseLevel(text string) (Level, error) {
	switch text {
	case "DEBUG":
		return Debug, nil
	case "", "INFO":
		return Info, nil
	case "WARN":
		return Warn, nil
	}
	return 0, fmt.Errorf("system log level %q is none of DEBUG, INFO, WARN", text)
}

func (g *Group) startLines(at time.Time, requestID string) []string {
	version := cmp.Or(g.Version, "$LATEST")
	if g.Format == JSON {
		return g.records(at, event{Info, "platform.start", startRecord{requestID, version}})
	}
	return []string{"START RequestId: " + requestID + " Version: " + version}
}

func (g *Group) endLines(at time.Time, r sandbox.Report) []string {
	if g.Format == JSON {
		return g.endRecords(at, r)
	}
	var lines []string
	if r.Message != "" && r.Status != sandbox.TimedOut {
		lines = append(lines, r.Message)
	}
	lines = append(lines, "END RequestId: "+r.RequestID, g.reportLine(r))
	if r.Message != "" && r.Status == sandbox.TimedOut {
		lines = append(lines, r.Message)
	}
	return lines
}

func (g *Group) reportLine(r sandbox.Report) string {
	var line strings.Builder
	fmt.Fprintf(&line, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
		r.RequestID, milliseconds(r.Duration), billed(r), g.MemoryMB, megabytes(r.Memory))
	if r.Init > 0 {
		fmt.Fprintf(&line, "Init Duration: %.2f ms\t", milliseconds(r.Init))
	}
	if r.Status == sandbox.TimedOut {
		line.WriteString("Status: timeout")
	} else if r.Status == sandbox.Failure {
		line.WriteString("Status: error\tError Type: " + r.ErrorType)
	}
	return line.String()
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Millisecond)*1000) / 1000
}

// billed is the time that AWS charges for: initialization included, in whole
// milliseconds.
func billed(r sandbox.Report) int64 {
	return int64(math.Ceil(milliseconds(r.Duration + r.Init)))
}

func megabytes(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// event is a line of Lambda's own in JSON.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
type event struct {
	level  Level
	kind   string
	record any
}

type startRecord struct {
	RequestID string `json:"requestId"`
	Version   string `json:"version"`
}

type doneRecord struct {
	RequestID string         `json:"requestId"`
	Status    sandbox.Status `json:"status"`
	ErrorType string         `json:"errorType,omitempty"`
	Metrics   doneMetrics    `json:"metrics"`
}

type doneMetrics struct {
	DurationMs    float64 `json:"durationMs"`
	ProducedBytes int     `json:"producedBytes"`
}

type reportRecord struct {
	RequestID string         `json:"requestId"`
	Metrics   reportMetrics  `json:"metrics"`
	Status    sandbox.Status `json:"status"`
	ErrorType string         `json:"errorType,omitempty"`
}

type reportMetrics struct {
	DurationMs       float64 `json:"durationMs"`
	BilledDurationMs int64   `json:"billedDurationMs"`
	MemorySizeMB     int64   `json:"memorySizeMB"`
	MaxMemoryUsedMB  int64   `json:"maxMemoryUsedMB"`
	InitDurationMs   float64 `json:"initDurationMs,omitempty"`
}

func (g *Group) endRecords(at time.Time, r sandbox.Report) []string {
	doneLevel, reportLevel := Debug, Info
	if r.Status != sandbox.Success {
		doneLevel, reportLevel = Warn, Warn
	}
	return g.records(at,
		event{doneLevel, "platform.runtimeDone", doneRecord{
			r.RequestID, r.Status, r.ErrorType, doneMetrics{milliseconds(r.Duration), r.Bytes},
		}},
		event{reportLevel, "platform.report", reportRecord{
			r.RequestID, reportMetrics{
				milliseconds(r.Duration), billed(r), g.MemoryMB, megabytes(r.Memory), milliseconds(r.Init),
			}, r.Status, r.ErrorType,
		}})
}

// records writes the events that are of the log's level.
func (g *Group) records(at time.Time, events ...event) []string {
	var lines []string
	for _, e := range events {
		if e.level < g.Level {
			continue
		}
		line, err := json.Marshal(struct {
			Time   string `json:"time"`
			Type   string `json:"type"`
			Record any    `json:"record"`
		}{at.UTC().Format("2006-01-02T15:04:05.000Z"), e.kind, e.record})
		if err != nil { // the records hold nothing that can't be written
			line = []byte(err.Error())
		}
		lines = append(lines, string(line))
	}
	return lines
}
