package sns_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
)

// subscribed is the properties of the address's subscription with more.
func subscribed(more string) string {
	properties := map[string]any{"TopicArn": topicARN, "Protocol": "email", "Endpoint": address}
	if err := json.Unmarshal([]byte(more), &properties); err != nil {
		panic(err)
	}
	text, _ := json.Marshal(properties)
	return string(text)
}

func TestSubscriptionUpdates(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		check(t, c.confirm(token(c.wantMails(1)[0])))
		base, plain := c.subscriptionAttributes(arn), subscribed("{}")
		deadLetters := `{"deadLetterTargetArn":"` + queueARN + `"}`
		for more, want := range map[string]map[string]string{
			`{"FilterPolicy":{"a":["b"]}}`:                                   {"FilterPolicy": `{"a":["b"]}`, "FilterPolicyScope": "MessageAttributes"},
			`{"FilterPolicy":{"a":["b"]},"FilterPolicyScope":"MessageBody"}`: {"FilterPolicy": `{"a":["b"]}`, "FilterPolicyScope": "MessageBody"},
			`{"RawMessageDelivery":true}`:                                    {"RawMessageDelivery": "true"},
			`{"RedrivePolicy":` + deadLetters + `}`:                          {"RedrivePolicy": deadLetters},
		} {
			wanted := maps.Clone(base)
			maps.Copy(wanted, want)
			for range 2 {
				check(t, c.update("Subscription", "Mail", plain, subscribed(more)))
				if got := c.subscriptionAttributes(arn); !maps.Equal(got, wanted) {
					t.Errorf("%s:\n got %v\nwant %v", more, got, wanted)
				}
			}
			check(t, c.update("Subscription", "Mail", subscribed(more), plain))
			if got := c.subscriptionAttributes(arn); !maps.Equal(got, base) {
				t.Errorf("%s and back:\n got %v\nwant %v", more, got, base)
			}
		}
		for more, word := range map[string]string{
			`{"RawMessageDelivery":true,"FilterPolicy":{"a":1}}`:   "FilterPolicy",
			`{"RawMessageDelivery":true,"DeliveryPolicy":{}}`:      "DeliveryPolicy",
			`{"RawMessageDelivery":true,"Region":"eu-central-1"}`:  "Region",
			`{"RawMessageDelivery":true,"FilterPolicyScope":"No"}`: "FilterPolicyScope",
		} {
			if err := c.update("Subscription", "Mail", plain, subscribed(more)); err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%s: got %v, want an error that names %s", more, err, word)
			}
			if got := c.subscriptionAttributes(arn); !maps.Equal(got, base) {
				t.Errorf("refused %s:\n got %v\nwant %v", more, got, base)
			}
		}
		c.wantMails(1) // nobody is asked again
		c.publish(map[string]any{"Message": "x"})
		c.wantMails(2)
	})
}

func TestAPendingSubscriptionSurvivesAnUpdate(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		check(t, c.update("Subscription", "Mail", subscribed("{}"), subscribed(`{"FilterPolicy":{"a":["b"]}}`)))
		check(t, c.confirm(token(c.wantMails(1)[0])))
		c.wantSubscriptions(address + " " + arn)
	})
}

func TestASubscribedEndpointKeepsItsSubscription(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		c.topic()
		arn := c.subscribe("sqs", c.queueFor("q"), nil)
		properties := `{"TopicArn":"` + topicARN + `","Protocol":"sqs","Endpoint":"` + queueARN + `"`
		if got := c.declare("Subscription", "Queue", properties+`}`).ID; got != arn {
			t.Errorf("subscribed as %s, want %s", got, arn)
		}
		_, err := create(t, c.service, "AWS::SNS::Subscription", properties+`,"RawMessageDelivery":true}`)
		if err == nil || !strings.Contains(err.Error(), "Subscription already exists with different attributes") {
			t.Errorf("with other attributes: got %v, want that it exists", err)
		}
		c.remove("Subscription", "Queue", properties+`}`)
		c.wantSubscriptions("")
	})
}

func TestSubscriptionDeletion(t *testing.T) {
	tests := map[string]struct {
		before func(t *testing.T, c *cloud, arn, asked string)
		want   string
	}{
		"confirmed": {func(t *testing.T, c *cloud, _, asked string) { check(t, c.confirm(asked)) }, ""},
		"ended by its owner": {func(t *testing.T, c *cloud, arn, asked string) {
			check(t, c.confirm(asked))
			check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
		}, ""},
		"expired": {func(*testing.T, *cloud, string, string) { time.Sleep(48 * time.Hour) }, ""},
		"pending": {func(*testing.T, *cloud, string, string) {}, pending},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T, c *cloud) {
				arn := c.stack(address)
				asked := token(c.wantMails(1)[0])
				test.before(t, c, arn, asked)
				c.remove("Subscription", "Mail", subscribed("{}"))
				c.wantSubscriptions(test.want)
				c.declare("Subscription", "Mail", subscribed("{}"))
				c.wantSubscriptions(pending)
				c.wantMails(2)
				time.Sleep(48 * time.Hour)
				c.remove("Topic", "Topic", `{"TopicName":"orders"}`)
				c.wantSubscriptions("")
			})
		})
	}
}

func TestInterruptedCreations(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		for logicalID, properties := range map[string]string{"Topic": `{"TopicName":"orders"}`, "Subscription": subscribed("{}")} {
			d := c.defined(logicalID, "Interrupted", properties)
			d.Interrupted = true
			again, err := c.kind(logicalID).Create(t.Context(), d)
			if err != nil || again.ID != topicARN && again.ID != arn {
				t.Errorf("%s: got %s, %v; want what is there", logicalID, again.ID, err)
			}
		}
		d := c.defined("Subscription", "Never", strings.Replace(subscribed("{}"), "a@", "b@", 1))
		d.Interrupted = true
		if _, err := c.kind("Subscription").Create(t.Context(), d); err == nil {
			t.Error("a subscription that was not made is taken up")
		}
		c.wantMails(1) // nobody is asked to confirm what will be rolled back
		c.wantSubscriptions(pending)
	})
}

func TestAnEndedSubscriptionIsUpdatedOnlyBack(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		check(t, c.confirm(token(c.wantMails(1)[0])))
		c.must("sns", "Unsubscribe", map[string]any{"SubscriptionArn": arn}, nil)
		changed := subscribed(`{"RawMessageDelivery":true}`)
		if err := c.update("Subscription", "Mail", subscribed("{}"), changed); err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("update: got %v, want that it was not found", err)
		}
		check(t, c.update("Subscription", "Mail", changed, subscribed("{}")))
		c.wantSubscriptions("")
	})
}

func TestAPendingSubscriptionCannotBeEnded(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		err := c.call("sns", "Unsubscribe", map[string]any{"SubscriptionArn": arn}, nil)
		if want := "Cannot unsubscribe a subscription that is pending confirmation"; frontdoor.Code(err) != "InvalidParameter" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want InvalidParameter: %s", err, want)
		}
		c.wantSubscriptions(pending)
	})
}
