package strict

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eda-demo/test/system"
)

const (
	arnOfRule     = "arn:aws:events:us-east-1:000000000000:rule/eda-demo/"
	arnOfFunction = "arn:aws:lambda:us-east-1:000000000000:function:"
	arnOfQueue    = "arn:aws:sqs:us-east-1:000000000000:"
	arnOfMachine  = "arn:aws:states:us-east-1:000000000000:stateMachine:"
	arnOfGroup    = "arn:aws:logs:us-east-1:000000000000:log-group:"
)

// remove takes the only resource of a type out of the template of which the
// JSON of a property contains a text.
func remove(t *testing.T, template system.Template, kind, property, text string) {
	t.Helper()
	var found []string
	for id := range maps.Keys(template.Resources()) {
		resource := template.Resources()[id].(map[string]any)
		properties, _ := resource["Properties"].(map[string]any)
		raw, err := json.Marshal(properties[property])
		if err != nil {
			t.Fatal(err)
		}
		if resource["Type"] == kind && strings.Contains(string(raw), text) {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the template has %d %s whose %s has %s, want one", len(found), kind, property, text)
	}
	template.Remove(found[0])
}

// letter is what a dead-letter queue has to hold.
type letter struct {
	queue      string
	body       []string          // what the message has to contain
	attributes map[string]string // of the message, RULE_ARN for example
}

// undelivered is the letter of a rule that may not reach its target.
func undelivered(queue, rule, target, message string, body ...string) letter {
	return letter{queue: queue, body: body, attributes: map[string]string{
		"RULE_ARN": arnOfRule + rule, "TARGET_ARN": target,
		"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": message, "RETRY_ATTEMPTS": "0",
	}}
}

// checkLetter waits for a letter.
func checkLetter(t *testing.T, w *world, want letter) {
	t.Helper()
	var got sqstypes.Message
	err := until(t.Context(), "a dead letter", func() (err error) {
		got, err = w.message(t.Context(), want.queue, want.body...)
		return err
	}, never)
	if err != nil {
		t.Errorf("%v; the runner printed:\n%s", err, w.Printed())
		return
	}
	for name, text := range want.attributes {
		value := aws.ToString(got.MessageAttributes[name].StringValue)
		if value != text && !(name == "ERROR_MESSAGE" && strings.Contains(value, text)) {
			t.Errorf("attribute %s of the dead letter in %s is %q, want %q", name, want.queue, value, text)
		}
	}
}
