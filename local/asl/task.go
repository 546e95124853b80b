package asl

import "time"

// task is what a Task state does.
type task struct {
	resource           string
	timeout, heartbeat interval
}

// interval is a number of seconds, given or found by a path; unset if neither.
type interval struct {
	fixed time.Duration
	path  *path
	field string
}

func (n *node) task() *task {
	n.require("Resource")
	n.refuse("calls are made with the machine's own role", "Credentials")
	t := &task{}
	t.resource, _ = n.optionalString("Resource")
	t.timeout = n.interval("TimeoutSeconds")
	t.heartbeat = n.interval("HeartbeatSeconds")
	if t.timeout.fixed > 0 && t.heartbeat.fixed >= t.timeout.fixed {
		n.fail("HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds")
	}
	return t
}

// interval takes a field or its variant that ends in Path.
func (n *node) interval(name string) interval {
	n.exclusive(name, name+"Path")
	i := interval{field: name + "Path"}
	i.fixed, _ = n.seconds(name, 1)
	if p, ok := n.reference(name + "Path"); ok {
		i.path = &p
	}
	return i
}

// resolve returns the interval; 0 if there is none.
func (i interval) resolve(d data) (time.Duration, error) {
	if i.path == nil {
		return i.fixed, nil
	}
	value, err := i.path.get(d)
	if err != nil {
		return 0, err
	}
	seconds, err := wholeNumber(value, i.field, i.path.text)
	if err == nil && (seconds < 1 || seconds > maxSeconds) {
		err = faultf("The %s parameter references a value that is not from 1 to %d: %s == %d", i.field, maxSeconds, i.path.text, seconds)
	}
	return time.Duration(seconds) * time.Second, err
}
