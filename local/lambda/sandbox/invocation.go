package sandbox

import (
	"fmt"
	"strconv"
	"time"
)

// invocation is an Invocation on its way through a process.
type invocation struct {
	Invocation
	timeout  time.Duration
	started  time.Time
	deadline time.Time
	begun    chan struct{} // closed once the process has taken it
	done     chan outcome  // of capacity 1
}

// outcome is how an invocation ended.
type outcome struct {
	payload   []byte
	status    Status
	errorType string
	message   string // what Lambda logs about it
	tail      []byte
}

func (o outcome) result() Result {
	return Result{Payload: o.payload, Failed: o.status != Success, Tail: o.tail}
}

// begin is called when the process takes the invocation.
func (i *invocation) begin(p *process) {
	i.started = time.Now()
	i.deadline = i.started.Add(i.timeout)
	p.log.Start(i.started, i.RequestID, i.Tail)
	p.current.Store(i)
	close(i.begun)
}

// finish logs the end of an invocation that the process has answered and hands
// the outcome to whoever waits for it.
func (p *process) finish(running *invocation, o outcome) {
	o.tail = p.report(running, o)
	running.done <- o
}

// report drains the output of the process first, so that the lines of an
// invocation are logged before its end.
func (p *process) report(running *invocation, o outcome) []byte {
	p.output.drain()
	now := time.Now()
	report := Report{
		RequestID: running.RequestID, Status: o.status, ErrorType: o.errorType, Message: o.message,
		Duration: now.Sub(running.started), Memory: p.memory.of(int(p.pid.Load()), now), Bytes: len(o.payload),
	}
	if !p.answered {
		p.answered = true
		report.Init = time.Duration(p.ready.Load())
		p.function.stats.coldStart(ColdStart{Ready: report.Init, FirstResponse: now.Sub(p.started)})
	}
	return p.log.End(now, report)
}

// run has the process do one invocation. delivered is false if the process
// ended before it took the invocation, which can then be given to another.
func (p *process) run(in Invocation) (result Result, delivered bool) {
	running := &invocation{Invocation: in, timeout: p.Timeout, begun: make(chan struct{}), done: make(chan outcome, 1)}
	select {
	case p.pending <- running:
	default:
		if o, sent := p.hand(running); !sent {
			return o.result(), o.status != ""
		}
	}
	p.due = time.Now().Add(p.Timeout)
	p.function.stats.invoked()
	timer := time.NewTimer(p.Timeout)
	defer timer.Stop()
	select {
	case o := <-running.done:
		return o.result(), true
	case <-timer.C:
		return p.end(running, p.timedOut).result(), true
	case <-p.exited:
		return p.end(running, p.crashed).result(), true
	}
}

// hand waits until the process takes the invocation. A process that doesn't,
// because it starts or because it is still busy after its last answer, has
// until p.due. If nothing is sent, the outcome is that of a program that did
// not start, or is empty for one that has ended after earlier work.
func (p *process) hand(running *invocation) (o outcome, sent bool) {
	timer := time.NewTimer(time.Until(p.due))
	defer timer.Stop()
	select {
	case p.pending <- running:
		return outcome{}, true
	case <-timer.C:
		p.kill()
		<-p.exited
		if !p.isReady() {
			return p.failedInit(running, timeoutOutcome(running.RequestID, initTime)), false
		}
	case <-p.exited:
		if !p.isReady() {
			return p.failedInit(running, p.initOutcome(running.RequestID)), false
		}
	}
	return outcome{}, false
}

// failedInit logs an invocation that found no process.
func (p *process) failedInit(running *invocation, o outcome) outcome {
	running.started = p.started
	p.log.Start(p.started, running.RequestID, running.Tail)
	o.tail = p.report(running, o)
	return o
}

// end ends the process of an invocation that got no answer. An answer that
// came at the last moment stands.
func (p *process) end(running *invocation, why func(*invocation) outcome) outcome {
	<-running.begun
	p.kill()
	<-p.exited
	if !p.current.CompareAndSwap(running, nil) {
		return <-running.done
	}
	o := why(running)
	o.tail = p.report(running, o)
	return o
}

func (p *process) timedOut(running *invocation) outcome {
	return timeoutOutcome(running.RequestID, p.Timeout)
}

func timeoutOutcome(requestID string, timeout time.Duration) outcome {
	text := fmt.Sprintf("Task timed out after %.2f seconds", timeout.Seconds())
	return outcome{
		payload: errorDocument("Sandbox.Timedout", "RequestId: "+requestID+" Error: "+text),
		status:  TimedOut, errorType: "Sandbox.Timedout",
		message: stamp(time.Now()) + " " + requestID + " " + text,
	}
}

func (p *process) crashed(running *invocation) outcome {
	return exitOutcome(running.RequestID, p.exitText)
}

func exitOutcome(requestID, exit string) outcome {
	text := "RequestId: " + requestID + " Error: " + exit
	return outcome{
		payload: errorDocument("Runtime.ExitError", text),
		status:  Failure, errorType: "Runtime.ExitError", message: text + "\nRuntime.ExitError",
	}
}

// initOutcome is that of a program that ended before it asked for work.
func (p *process) initOutcome(requestID string) outcome {
	if body := p.initError.Load(); body != nil {
		return outcome{payload: *body, status: Error, errorType: typeOfError(*body)}
	}
	return exitOutcome(requestID, p.exitText)
}

func responseTooLarge() outcome {
	const errorType = "Function.ResponseSizeTooLarge"
	return outcome{
		payload: errorDocument(errorType, "Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(MaxResponse)+" bytes)."),
		status:  Error, errorType: errorType,
	}
}
