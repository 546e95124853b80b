package price

import "math"

// Usage is what one order uses on average.
type Usage struct {
	Requests float64 // of the API
	// Invocations of the functions, by their names.
	Invocations map[string]Invocations
	Events      float64 // put on the bus, each started 64 KB one
	EventBytes  float64
	// Of the payment workflow: states entered, and executions with how long one
	// takes on the machine that it was measured on, in milliseconds. A standard
	// one is billed by the first, an express one by the others.
	States, Executions, ExecutionMs float64
	WriteUnits, ReadUnits           float64
	QueueCalls                      float64
	Publications, Mails             float64
	LogBytes                        float64
	Traces                          float64 // recorded
	// Stored is, in bytes, what stays in the tables.
	Stored float64
}

// Invocations are those of one function.
type Invocations struct {
	Count float64
	// LocalMs is how long one takes on the machine that it was measured on.
	LocalMs float64
}

// A function has this share of a processor's time for each MB of memory:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const megabytesPerProcessor = 1769

// leastMs is how long an invocation is taken to last at least: the services
// that it calls answer from another machine, over TLS.
const leastMs = 10

// BilledMs is how long an invocation is taken to last on AWS, in whole
// milliseconds: as if it did nothing but compute where it was measured, and had
// the function's share of a processor for it.
func (f Function) BilledMs(localMs float64) float64 {
	slower := max(1, megabytesPerProcessor/float64(f.MemoryMB))
	return math.Ceil(max(leastMs, localMs*slower))
}

// An express execution is billed in steps of 100 ms and of 64 MB, of which one
// is enough for a small definition that handles small events:
// https://aws.amazon.com/step-functions/pricing/
const (
	expressStepMs = 100
	expressMB     = 64
)

// expressSlower is how much longer an execution is taken to last on AWS than
// where it was measured: what it calls answers from another machine.
const expressSlower = 10

func expressGBSeconds(localMs float64) float64 {
	steps := max(1, math.Ceil(localMs*expressSlower/expressStepMs))
	return steps * expressStepMs / 1000 * expressMB / 1024
}
