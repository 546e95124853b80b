package sns_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/sns"
	"eda-demo/local/store"
)

// runs are processes one after the other on one store. Each is killed: the
// store is closed first.
type runs struct {
	t   *testing.T
	dir string
	ids map[string]string // the stack's, as the runs know them
}

func lasting(t *testing.T, test func(runs)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { test(runs{t, dir, map[string]string{}}) })
}

func (r runs) run(during func(c *cloud)) {
	r.t.Helper()
	kept, err := store.Open(r.dir)
	check(r.t, err)
	c := startOn(r.t, kept)
	c.ids = r.ids
	during(c)
	synctest.Wait()
	check(r.t, kept.Close())
	c.queue.Close()
}

func (c *cloud) kind(name string) resource.Type { return c.service.Resources()["AWS::SNS::"+name] }

// defined is a resource of the template as the runs know it.
func (c *cloud) defined(kind, logicalID, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: logicalID, Type: "AWS::SNS::" + kind, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
		PhysicalID: c.ids[logicalID],
	}
}

// declare creates a resource of the template, or takes up that of an earlier
// run.
func (c *cloud) declare(kind, logicalID, properties string) resource.Instance {
	c.t.Helper()
	instance, err := c.kind(kind).Create(c.t.Context(), c.defined(kind, logicalID, properties))
	check(c.t, err)
	c.ids[logicalID] = instance.ID
	return instance
}

// stack creates a topic with a subscription of an address.
func (c *cloud) stack(address string) (subscriptionARN string) {
	c.t.Helper()
	c.declare("Topic", "Topic", `{"TopicName":"orders"}`)
	sub := c.declare("Subscription", "Mail", `{"TopicArn":"`+topicARN+`","Protocol":"email","Endpoint":"`+address+`"}`)
	check(c.t, c.queue.Resume())
	return sub.ID
}

// subscriptions are "<endpoint> <ARN or PendingConfirmation>", sorted.
func (c *cloud) subscriptions() string {
	c.t.Helper()
	var list struct {
		Subscriptions []struct{ SubscriptionArn, Endpoint string }
	}
	c.must("sns", "ListSubscriptions", nil, &list)
	var all []string
	for _, sub := range list.Subscriptions {
		all = append(all, sub.Endpoint+" "+sub.SubscriptionArn)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (c *cloud) wantSubscriptions(want string) {
	c.t.Helper()
	if got := c.subscriptions(); got != want {
		c.t.Errorf("subscriptions %q, want %q", got, want)
	}
}

func (c *cloud) confirm(token string) error {
	return c.nobody("ConfirmSubscription", map[string]any{"TopicArn": topicARN, "Token": token})
}

const (
	address = "a@example.com"
	pending = address + " PendingConfirmation"
)

func TestTheTemplatesSubscriptionLasts(t *testing.T) {
	lasting(t, func(r runs) {
		var arn, asked string
		r.run(func(c *cloud) {
			arn = c.stack(address)
			asked = token(c.wantMails(1)[0])
		})
		r.run(func(c *cloud) {
			if again := c.stack(address); again != arn {
				t.Errorf("the subscription is %s, want the first run's, %s", again, arn)
			}
			c.wantMails(1) // nobody is asked twice
			c.wantSubscriptions(pending)
			check(t, c.confirm(asked))
		})
		r.run(func(c *cloud) {
			c.stack(address)
			c.wantSubscriptions(address + " " + arn)
			c.publish(map[string]any{"Message": "hello"})
			c.wantMails(2)
		})
		r.run(func(c *cloud) {
			c.stack(address)
			check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
		})
		r.run(func(c *cloud) {
			if again := c.stack(address); again != arn {
				t.Errorf("the deleted subscription is %s, want %s", again, arn)
			}
			c.wantSubscriptions("")
			c.wantMails(2)
			c.subscribe("email", address, nil) // by hand it can be made again
			c.wantMails(3)
		})
		r.run(func(c *cloud) {
			c.stack(address)
			c.wantSubscriptions(pending)
			c.wantMails(3)
		})
	})
}

func TestAPendingSubscriptionExpiresWhileNothingRuns(t *testing.T) {
	lasting(t, func(r runs) {
		var asked string
		r.run(func(c *cloud) {
			c.stack(address)
			asked = token(c.wantMails(1)[0])
		})
		time.Sleep(48 * time.Hour)
		r.run(func(c *cloud) {
			c.stack(address)
			if err := c.confirm(asked); frontdoor.Code(err) != "InvalidParameter" {
				t.Errorf("confirming after 48 hours: got %v, want InvalidParameter", err)
			}
			c.wantSubscriptions("")
			c.wantMails(1)
		})
	})
}

func TestWhatIsTakenUpIsAsTheTemplateSays(t *testing.T) {
	lasting(t, func(r runs) {
		var arn string
		r.run(func(c *cloud) {
			arn = c.stack(address)
			check(t, c.confirm(token(c.wantMails(1)[0])))
			c.must("sns", "SetTopicAttributes", map[string]any{"TopicArn": topicARN, "AttributeName": "Policy", "AttributeValue": allowPublish}, nil)
		})
		r.run(func(c *cloud) {
			c.declare("Topic", "Topic", `{"TopicName":"orders","DisplayName":"Orders"}`)
			c.declare("Subscription", "Mail", `{"TopicArn":"`+topicARN+`","Protocol":"email","Endpoint":"`+address+`","FilterPolicy":{"a":["b"]}}`)
			c.publish(map[string]any{"Message": "no attribute"})
			c.wantMails(1)
			c.publish(map[string]any{"Message": "wanted", "MessageAttributes": map[string]any{"a": map[string]any{"DataType": "String", "StringValue": "b"}}})
			c.wantMails(2)
			if got := c.topicAttributes(); got["DisplayName"] != "Orders" || got["Policy"] != allowPublish {
				t.Errorf("attributes %v, want the name Orders and the policy as it was", got)
			}
		})
		r.run(func(c *cloud) {
			c.stack(address)
			c.publish(map[string]any{"Message": "no attribute"})
			c.wantMails(3)
			c.wantSubscriptions(address + " " + arn)
			if got := c.topicAttributes()["DisplayName"]; got != "" {
				t.Errorf("the topic's name is %q, want none, as in the template", got)
			}
			c.must("sns", "DeleteTopic", map[string]any{"TopicArn": topicARN}, nil)
		})
		r.run(func(c *cloud) { // what went with the topic is made anew
			if again := c.stack(address); again != arn {
				t.Errorf("the subscription is %s, want %s", again, arn)
			}
			c.wantSubscriptions(pending)
			c.wantMails(4)
		})
	})
}

func TestADeletedTopicLeavesNothingInTheStore(t *testing.T) {
	lasting(t, func(r runs) {
		r.run(func(c *cloud) {
			arn := c.stack(address)
			check(t, c.confirm(token(c.wantMails(1)[0])))
			check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
			c.subscribe("email", "b@example.com", nil)
		})
		r.run(func(c *cloud) {
			c.stack(address)
			c.remove("Topic", "Topic", `{"TopicName":"orders"}`)
		})
		kept, err := store.Open(r.dir)
		check(t, err)
		defer kept.Close()
		for _, bucket := range []string{"sns/topics", "sns/subscriptions"} {
			check(t, kept.Load(bucket, func(key string, _ []byte) error { return fmt.Errorf("%s is still there", key) }))
		}
	})
}

func TestSubscriptionsOfATopicsListAreTakenUp(t *testing.T) {
	const topic = `{"TopicName":"orders","Subscription":[{"Protocol":"email","Endpoint":"a@example.com"},{"Protocol":"email","Endpoint":"b@example.com"}]}`
	lasting(t, func(r runs) {
		var want string
		r.run(func(c *cloud) {
			c.declare("Topic", "Topic", topic)
			for _, mail := range c.wantMails(2) {
				check(t, c.confirm(token(mail)))
			}
			for _, sub := range strings.Split(c.subscriptions(), ", ") {
				if endpoint, arn, _ := strings.Cut(sub, " "); endpoint == "a@example.com" {
					check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
				}
			}
			want = c.subscriptions()
		})
		for range 2 {
			r.run(func(c *cloud) {
				c.declare("Topic", "Topic", topic)
				c.wantSubscriptions(want)
				c.wantMails(2)
			})
		}
	})
}

func TestWhatCallsMadeLasts(t *testing.T) {
	lasting(t, func(r runs) {
		var arn string
		r.run(func(c *cloud) {
			c.topic()
			c.must("sns", "CreateTopic", map[string]any{"Name": "gone"}, nil)
			c.must("sns", "DeleteTopic", map[string]any{"TopicArn": strings.TrimSuffix(topicARN, "orders") + "gone"}, nil)
			arn = c.subscribe("sqs", c.queueFor("q"), map[string]string{
				"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": `{"id":[1]}`,
			})
			deleted := c.subscribe("sqs", queueARN+"2", nil)
			c.must("sns", "Unsubscribe", map[string]any{"SubscriptionArn": deleted}, nil)
			c.must("sns", "SetTopicAttributes", map[string]any{"TopicArn": topicARN, "AttributeName": "DisplayName", "AttributeValue": "New"}, nil)
		})
		r.run(func(c *cloud) {
			c.wantSubscriptions(queueARN + " " + arn)
			var topics struct{ Topics []struct{ TopicArn string } }
			c.must("sns", "ListTopics", nil, &topics)
			var out struct{ Attributes map[string]string }
			c.must("sns", "GetTopicAttributes", map[string]any{"TopicArn": topicARN}, &out)
			got := fmt.Sprint(topics, out.Attributes["DisplayName"], out.Attributes["SubscriptionsDeleted"])
			if want := "{[{" + topicARN + "}]}New1"; got != want {
				t.Errorf("topics, the name and how many were deleted: %s, want %s", got, want)
			}
			c.publish(map[string]any{"Message": `{"id":2}`})
			c.publish(map[string]any{"Message": `{"id":1}`})
			if body, _ := c.received("q"); body != `{"id":1}` {
				t.Errorf("received %s, want the one that the filter lets through, raw", body)
			}
		})
	})
}

func TestASubscriptionThatCannotAskIsNone(t *testing.T) {
	lasting(t, func(r runs) {
		const properties = `{"TopicArn":"` + topicARN + `","Protocol":"email","Endpoint":"` + address + `"}`
		r.run(func(c *cloud) {
			c.declare("Topic", "Topic", `{"TopicName":"orders"}`)
			c.queue.Close() // accepts nothing more
			for kind, properties := range map[string]string{
				"Subscription": properties,
				"Topic":        `{"TopicName":"other","Subscription":[{"Protocol":"email","Endpoint":"` + address + `"}]}`,
			} {
				if _, err := create(t, c.service, "AWS::SNS::"+kind, properties); err == nil {
					t.Errorf("%s: subscribed without asking, want an error", kind)
				}
			}
			c.wantSubscriptions("")
		})
		r.run(func(c *cloud) {
			c.declare("Topic", "Topic", `{"TopicName":"orders"}`)
			c.wantSubscriptions("")
			c.declare("Subscription", "Mail", properties)
			check(t, c.confirm(token(c.wantMails(1)[0])))
			c.declare("Topic", "Other", `{"TopicName":"other"}`)
		})
	})
}

// TestAcceptedMessagesOutliveTheProcess publishes when nothing is delivered
// any more.
func TestAcceptedMessagesOutliveTheProcess(t *testing.T) {
	lasting(t, func(r runs) {
		r.run(func(c *cloud) {
			c.stack(address)
			check(t, c.confirm(token(c.wantMails(1)[0])))
		})
		r.run(func(c *cloud) {
			c.stack(address)
			c.lambda.failures = slices.Repeat([]error{&frontdoor.Error{Code: "ServiceException", Status: 500, Message: "try again"}}, 100)
			c.subscribe("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f", nil)
			c.publish(map[string]any{"Message": "hello"})
			c.wantMails(2)
		})
		r.run(func(c *cloud) {
			c.stack(address)
			time.Sleep(time.Minute)
			c.wantMails(2)
			if got := c.lambda.events(); len(got) != 1 || !strings.Contains(got[0], "hello") {
				t.Errorf("the function got %q, want the message of the run before", got)
			}
		})
	})
}

// TestNothingIsAnsweredThatIsNotKept closes the store under the service.
func TestNothingIsAnsweredThatIsNotKept(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	check(t, err)
	c := startOn(t, kept)
	c.topic()
	arn := c.subscribe("sqs", queueARN, nil)
	check(t, kept.Close())
	for operation, in := range map[string]map[string]any{
		"CreateTopic":        {"Name": "more"},
		"SetTopicAttributes": {"TopicArn": topicARN, "AttributeName": "DisplayName", "AttributeValue": "x"},
		"Subscribe":          {"TopicArn": topicARN, "Protocol": "sqs", "Endpoint": queueARN + "2"},
		"Unsubscribe":        {"SubscriptionArn": arn},
		"DeleteTopic":        {"TopicArn": topicARN},
		"Publish":            {"TopicArn": topicARN, "Message": "x"},
	} {
		if err := c.call("sns", operation, in, nil); err == nil {
			t.Errorf("%s succeeds without the store, want an error", operation)
		}
	}
	c.wantSubscriptions(queueARN + " " + arn)
}

func TestBadStateIsRefused(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	check(t, err)
	defer kept.Close()
	check(t, kept.Update(func(tx *store.Tx) { tx.Put("sns/subscriptions", "arn", []byte(`{"Attributes":{"FilterPolicy":"{"}}`)) }))
	queue := delivery.New(nil, 1, store.Memory())
	defer queue.Close()
	if _, err := sns.New(sns.Config{Queue: queue, Store: kept}); err == nil || !strings.Contains(err.Error(), "subscription arn") {
		t.Errorf("got %v, want an error that names the subscription", err)
	}
}
