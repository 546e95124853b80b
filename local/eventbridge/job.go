package eventbridge

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// job is one event on its way to one target: the payload of a delivery task.
// It has all that the delivery needs: an event goes to the target that it was
// accepted for, with the input and the retry policy of then, also when the rule
// is changed or deleted in the meantime. (AWS documents only that a removed
// target may still be called for a while.) Permissions, and whether the target
// exists, count at each attempt: a target deleted with its rule ends in the
// dead-letter queue, not in retries. Which queue that is, is looked up in the
// end: see currentQueue.
type job struct {
	RuleARN   string          `json:"ruleArn"`
	Target    Target          `json:"target"`
	Event     json.RawMessage `json:"event"`
	Ingested  time.Time       `json:"ingested"`
	Forwarded bool            `json:"forwarded"`
}

// rule returns the bus and the name in the rule's ARN: see ruleARN.
func (j *job) rule() (bus, name string) {
	_, path, _ := strings.Cut(j.RuleARN, ":rule/")
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return defaultBus, path
	}
	return path[:slash], path[slash+1:]
}

// newHeader returns the beginning of every payload for a target, up to the
// event, so that an event is not encoded anew for each target.
func newHeader(r *rule, t Target) ([]byte, error) {
	encoded, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode target %s: %w", t.Id, err)
	}
	header := append([]byte(`{"ruleArn":`), quote(r.arn)...)
	header = append(header, `,"target":`...)
	header = append(header, encoded...)
	return append(header, `,"event":`...), nil
}

func (t *target) payload(event *envelope) []byte {
	payload := make([]byte, 0, len(t.header)+len(event.json)+80)
	payload = append(payload, t.header...)
	payload = append(payload, event.json...)
	payload = append(payload, `,"ingested":"`...)
	payload = event.ingested.UTC().AppendFormat(payload, time.RFC3339Nano)
	payload = append(payload, `","forwarded":`...)
	payload = strconv.AppendBool(payload, event.forwarded)
	return append(payload, '}')
}

// eventHead is what deliveries look at in an event.
type eventHead struct {
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Time       time.Time       `json:"time"`
	ReplayName string          `json:"replay-name"`
	Detail     json.RawMessage `json:"detail"`
}

func (j *job) head() (eventHead, error) {
	var head eventHead
	if err := json.Unmarshal(j.Event, &head); err != nil {
		return eventHead{}, fmt.Errorf("read event: %w", err)
	}
	return head, nil
}
