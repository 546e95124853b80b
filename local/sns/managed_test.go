package sns_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
)

const (
	allowPublish = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}`
	allowOther   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Subscribe","Resource":"*"}]}`
)

// update updates what was declared, from the properties that it has to others.
func (c *cloud) update(kind, logicalID, from, to string) error {
	c.t.Helper()
	previous, next := c.defined(kind, logicalID, from), c.defined(kind, logicalID, to)
	instance, err := c.kind(kind).Update(c.t.Context(), previous, next)
	if err == nil && (instance.ID != c.ids[logicalID] || len(instance.Attributes) == 0) {
		c.t.Errorf("updated to %s: got %+v, want the id %s and attributes", to, instance, c.ids[logicalID])
	}
	return err
}

func (c *cloud) remove(kind, logicalID, properties string) {
	c.t.Helper()
	for range 2 { // one that is gone is no error
		check(c.t, c.kind(kind).Delete(c.t.Context(), c.defined(kind, logicalID, properties)))
	}
	delete(c.ids, logicalID)
}

func (c *cloud) topicAttributes() map[string]string {
	c.t.Helper()
	var out struct{ Attributes map[string]string }
	c.must("sns", "GetTopicAttributes", map[string]any{"TopicArn": topicARN}, &out)
	return out.Attributes
}

func (c *cloud) subscriptionAttributes(arn string) map[string]string {
	c.t.Helper()
	var out struct{ Attributes map[string]string }
	c.must("sns", "GetSubscriptionAttributes", map[string]any{"SubscriptionArn": arn}, &out)
	return out.Attributes
}

// inTime runs a test in a cloud whose time is the test's.
func inTime(t *testing.T, test func(t *testing.T, c *cloud)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		test(t, c)
	})
}

func TestATopicIsCreatedOnce(t *testing.T) {
	c := start(t)
	c.declare("Topic", "Topic", `{"TopicName":"orders"}`)
	c.must("sns", "CreateTopic", map[string]any{"Name": "called"}, nil)
	for _, name := range []string{"orders", "called"} {
		_, err := create(t, c.service, "AWS::SNS::Topic", `{"TopicName":"`+name+`"}`)
		if err == nil || !strings.Contains(err.Error(), "already exists") {
			t.Errorf("%s again: got %v, want that it already exists", name, err)
		}
	}
	immutable := map[string][]string{}
	for kind, handlers := range c.service.Resources() {
		immutable[kind] = handlers.Immutable
	}
	if want := (map[string][]string{
		"AWS::SNS::Topic": {"FifoTopic", "TopicName"}, "AWS::SNS::Subscription": {"Endpoint", "Protocol", "TopicArn"}, "AWS::SNS::TopicPolicy": nil,
	}); !reflect.DeepEqual(immutable, want) {
		t.Errorf("immutable are %v, want %v", immutable, want)
	}
}

func TestTopicUpdates(t *testing.T) {
	c := start(t)
	const plain = `{"TopicName":"orders"}`
	c.declare("Topic", "Topic", plain)
	c.must("sns", "SetTopicAttributes", map[string]any{"TopicArn": topicARN, "AttributeName": "Policy", "AttributeValue": allowPublish}, nil)
	base := c.topicAttributes()
	for property, value := range map[string]string{
		"DisplayName": "Orders", "KmsMasterKeyId": "alias/aws/sns", "TracingConfig": "Active", "SignatureVersion": "2",
	} {
		changed := `{"TopicName":"orders","` + property + `":"` + value + `"}`
		want := maps.Clone(base)
		want[property] = value
		for range 2 {
			check(t, c.update("Topic", "Topic", plain, changed))
			if got := c.topicAttributes(); !maps.Equal(got, want) {
				t.Errorf("%s:\n got %v\nwant %v", changed, got, want)
			}
		}
		check(t, c.update("Topic", "Topic", changed, plain))
		if got := c.topicAttributes(); !maps.Equal(got, base) {
			t.Errorf("%s and back:\n got %v\nwant %v", changed, got, base)
		}
	}
	for properties, word := range map[string]string{
		`{"TopicName":"orders","DisplayName":"x","TracingConfig":"Loud"}`:                                             "TracingConfig",
		`{"TopicName":"orders","DisplayName":"x","ArchivePolicy":{}}`:                                                 "ArchivePolicy",
		`{"TopicName":"orders","DisplayName":"x","Tags":[{"Key":"","Value":""}]}`:                                     "Tags",
		`{"TopicName":"orders","DisplayName":"x","Subscription":[{"Protocol":"email","Endpoint":"x"}]}`:               "Email address",
		`{"TopicName":"orders","Subscription":[{"Protocol":"sqs","Endpoint":"` + queueARN + `"},{"Protocol":"fax"}]}`: "fax",
	} {
		if err := c.update("Topic", "Topic", plain, properties); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v, want an error that names %s", properties, err, word)
		}
		if got := c.topicAttributes(); !maps.Equal(got, base) {
			t.Errorf("refused %s:\n got %v\nwant %v", properties, got, base)
		}
	}
}

// topicWith is the properties of a topic with subscriptions of addresses.
func topicWith(addresses ...string) string {
	list := make([]map[string]string, len(addresses))
	for i, address := range addresses {
		list[i] = map[string]string{"Protocol": "email", "Endpoint": address + "@example.com"}
	}
	text, _ := json.Marshal(map[string]any{"TopicName": "orders", "Subscription": list})
	return string(text)
}

func TestTheListOfATopicsSubscriptionsIsUpdated(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		c.declare("Topic", "Topic", topicWith("a", "b"))
		for _, mail := range c.wantMails(2) {
			check(t, c.confirm(token(mail)))
		}
		before := c.subscriptions()
		ofB := strings.Split(before, ", ")[1]
		check(t, c.update("Topic", "Topic", topicWith("a", "b"), topicWith("b", "c")))
		c.wantMails(3)
		c.wantSubscriptions(ofB + ", c@example.com PendingConfirmation")
		if got := c.topicAttributes()["SubscriptionsDeleted"]; got != "1" {
			t.Errorf("%s subscriptions deleted, want 1", got)
		}
		check(t, c.update("Topic", "Topic", topicWith("b", "c"), topicWith("b", "c")))
		c.wantMails(3)

		// A pending one can't be ended: it may still be confirmed, until it expires.
		check(t, c.update("Topic", "Topic", topicWith("b", "c"), topicWith("b")))
		c.wantSubscriptions(ofB + ", c@example.com PendingConfirmation")
		time.Sleep(48 * time.Hour)
		c.wantSubscriptions(ofB)

		// What somebody ended stays so, until the template has it anew.
		_, arn, _ := strings.Cut(ofB, " ")
		check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
		check(t, c.update("Topic", "Topic", topicWith("b"), topicWith("b", "d")))
		c.wantSubscriptions("d@example.com PendingConfirmation")
		check(t, c.update("Topic", "Topic", topicWith("b", "d"), topicWith("d")))
		check(t, c.update("Topic", "Topic", topicWith("d"), topicWith("b", "d")))
		c.wantSubscriptions("b@example.com PendingConfirmation, d@example.com PendingConfirmation")
		c.wantMails(5)
	})
}

func TestATopicsListHasWhatItsSubscriptionNoLongerHas(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		check(t, c.confirm(token(c.wantMails(1)[0])))
		c.must("sns", "Unsubscribe", map[string]any{"SubscriptionArn": arn}, nil)
		check(t, c.update("Topic", "Topic", topicWith(), topicWith("a")))
		c.wantSubscriptions(pending)
		c.remove("Subscription", "Mail", subscribed("{}"))
		c.wantSubscriptions(pending)
	})
}

func TestTopicDeletion(t *testing.T) {
	inTime(t, func(t *testing.T, c *cloud) {
		arn := c.stack(address)
		asked := token(c.wantMails(1)[0])
		c.remove("Topic", "Topic", `{"TopicName":"orders"}`)
		for operation, in := range map[string]map[string]any{
			"Publish": {"TopicArn": topicARN, "Message": "x"}, "GetTopicAttributes": {"TopicArn": topicARN},
			"ListSubscriptionsByTopic": {"TopicArn": topicARN}, "GetSubscriptionAttributes": {"SubscriptionArn": arn},
			"ConfirmSubscription": {"TopicArn": topicARN, "Token": asked},
		} {
			if got := frontdoor.Code(c.call("sns", operation, in, nil)); got != "NotFound" {
				t.Errorf("%s: code %q, want NotFound", operation, got)
			}
		}
		c.wantSubscriptions("")
		c.ids["Topic"] = topicARN
		if err := c.update("Topic", "Topic", `{"TopicName":"orders"}`, `{"TopicName":"orders","DisplayName":"x"}`); err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("update of a deleted topic: got %v, want that it was not found", err)
		}
		c.remove("Subscription", "Mail", subscribed("{}"))
		delete(c.ids, "Topic")
		c.stack(address)
		c.wantSubscriptions(pending)
		c.wantMails(2)
	})
}

func TestTopicPolicies(t *testing.T) {
	c := start(t)
	arns := make([]string, 3)
	for i, name := range []string{"a", "b", "c"} {
		c.must("sns", "CreateTopic", map[string]any{"Name": name}, nil)
		arns[i] = strings.TrimSuffix(topicARN, "orders") + name
	}
	properties := func(document string, topics ...string) string {
		list, _ := json.Marshal(topics)
		return `{"PolicyDocument":` + document + `,"Topics":` + string(list) + `}`
	}
	want := func(policies ...string) {
		t.Helper()
		for i, arn := range arns {
			var out struct{ Attributes map[string]string }
			c.must("sns", "GetTopicAttributes", map[string]any{"TopicArn": arn}, &out)
			if got := out.Attributes["Policy"]; !strings.Contains(got, policies[i]) || !json.Valid([]byte(got)) {
				t.Errorf("the policy of %s is %q, want %q", arn, got, policies[i])
			}
		}
	}
	const first = `"__default_policy_ID"`
	one, two := properties(allowPublish, arns[0], arns[1]), properties(allowOther, arns[1], arns[2])
	want(first, first, first)
	if got := c.declare("TopicPolicy", "P", one); fmt.Sprint(got.Attributes["Id"]) != got.ID {
		t.Errorf("attributes %v, want the Id %s", got.Attributes, got.ID)
	}
	want(allowPublish, allowPublish, first)
	check(t, c.update("TopicPolicy", "P", one, two))
	want(first, allowOther, allowOther)
	for _, refused := range []string{properties(allowPublish, arns[0], topicARN), properties(`{"Statement":{}}`, arns[0]), properties(allowPublish)} {
		if err := c.update("TopicPolicy", "P", two, refused); err == nil {
			t.Errorf("%s is accepted", refused)
		}
		want(first, allowOther, allowOther)
	}
	check(t, c.update("TopicPolicy", "P", two, one))
	want(allowPublish, allowPublish, first)
	c.must("sns", "DeleteTopic", map[string]any{"TopicArn": arns[1]}, nil)
	c.remove("TopicPolicy", "P", one)
	c.must("sns", "CreateTopic", map[string]any{"Name": "b"}, nil)
	want(first, first, first)
}
