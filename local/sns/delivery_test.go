package sns_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/resource"
	"eda-demo/local/sns"
)

// firstMail waits for a mail.
func (c *cloud) firstMail() inbox.Message {
	c.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if mails := c.box.Messages(); len(mails) > 0 {
			return mails[0]
		}
	}
	c.t.Fatal("no mail arrived in 5s")
	return inbox.Message{}
}

func (c *cloud) wantMails(want int) []inbox.Message {
	c.t.Helper()
	synctest.Wait()
	mails := c.box.Messages()
	if len(mails) != want {
		c.t.Fatalf("there are %d mails, want %d", len(mails), want)
	}
	return mails
}

func token(mail inbox.Message) string {
	_, rest, _ := strings.Cut(mail.ConfirmURL, "Token=")
	token, _, _ := strings.Cut(rest, "&")
	return token
}

// nobody calls as who follows a link.
func (c *cloud) nobody(operation string, in map[string]any) error {
	return c.door.Call(c.t.Context(), iam.Principal{}, "sns", operation, in, nil)
}

func TestMails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		arn := c.subscribe("email", "a@example.com", nil)
		asked := c.wantMails(1)[0]
		c.publish(map[string]any{"Message": "too early"})
		c.wantMails(1)
		if !strings.HasPrefix(asked.ConfirmURL, endpoint+"/confirmation.html?") || !strings.Contains(asked.Body, asked.ConfirmURL) {
			t.Errorf("confirmation mail %+v has no link", asked)
		}
		check(t, c.nobody("ConfirmSubscription", map[string]any{"TopicArn": topicARN, "Token": token(asked)}))
		c.publish(map[string]any{"Message": "Order 101 is done.", "Subject": "Order 101 completed"})
		mail := c.wantMails(2)[0]
		if mail.Subject != "Order 101 completed" || mail.From != "Order Notification <no-reply@sns.amazonaws.com>" || mail.To != "a@example.com" ||
			!strings.HasPrefix(mail.Body, "Order 101 is done.\n\n--\n") || !strings.Contains(mail.Body, mail.UnsubscribeURL) {
			t.Errorf("mail = %+v", mail)
		}
		c.publish(map[string]any{"Message": `{"default":"d","email":"for mail"}`, "MessageStructure": "json"})
		if mail := c.wantMails(3)[0]; mail.Subject != "AWS Notification Message" || !strings.HasPrefix(mail.Body, "for mail\n") {
			t.Errorf("mail = %+v, want the text for email", mail)
		}
		check(t, c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}))
		c.publish(map[string]any{"Message": "too late"})
		c.wantMails(3)
	})
}

func TestUnconfirmedSubscriptionExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		c.subscribe("email", "a@example.com", nil)
		old := token(c.wantMails(1)[0])
		time.Sleep(48*time.Hour - time.Nanosecond)
		var list struct {
			Subscriptions []struct{ SubscriptionArn string }
		}
		c.must("sns", "ListSubscriptions", nil, &list)
		if len(list.Subscriptions) != 1 {
			t.Errorf("just before 48 hours: %d subscriptions, want 1", len(list.Subscriptions))
		}
		time.Sleep(time.Nanosecond)
		if err := c.nobody("ConfirmSubscription", map[string]any{"TopicArn": topicARN, "Token": old}); frontdoor.Code(err) != "InvalidParameter" {
			t.Errorf("confirming after 48 hours: got %v, want InvalidParameter", err)
		}
		c.must("sns", "ListSubscriptions", nil, &list)
		if len(list.Subscriptions) != 0 {
			t.Errorf("after 48 hours: %d subscriptions, want 0", len(list.Subscriptions))
		}
	})
}

func TestSubscribingAgainAsksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		first := c.subscribe("email", "a@example.com", nil)
		if second := c.subscribe("email", "a@example.com", nil); second != first {
			t.Errorf("second subscription %s, want the first, %s", second, first)
		}
		mails := c.wantMails(2)
		check(t, c.nobody("ConfirmSubscription", map[string]any{"TopicArn": topicARN, "Token": token(mails[0])}))
		c.subscribe("email", "a@example.com", nil)
		c.wantMails(2)
	})
}

func TestTokenConfirmsItsOwnTopicOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		c.must("sns", "CreateTopic", map[string]any{"Name": "other"}, nil)
		c.subscribe("email", "a@example.com", nil)
		in := map[string]any{"TopicArn": "arn:aws:sns:us-east-1:000000000000:other", "Token": token(c.wantMails(1)[0])}
		if err := c.nobody("ConfirmSubscription", in); frontdoor.Code(err) != "InvalidParameter" {
			t.Errorf("with another topic: got %v, want InvalidParameter", err)
		}
	})
}

func TestOnlySignedCallsMayEndALockedSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		arn := c.subscribe("email", "a@example.com", nil)
		c.must("sns", "ConfirmSubscription", map[string]any{"TopicArn": topicARN, "Token": token(c.wantMails(1)[0]), "AuthenticateOnUnsubscribe": "true"}, nil)
		if err := c.nobody("Unsubscribe", map[string]any{"SubscriptionArn": arn}); frontdoor.Code(err) != "AuthorizationError" {
			t.Errorf("unsigned: got %v, want AuthorizationError", err)
		}
		c.must("sns", "Unsubscribe", map[string]any{"SubscriptionArn": arn}, nil)
	})
}

var withAttributes = map[string]any{
	"Message": "hello", "Subject": "Hi",
	"MessageAttributes": map[string]any{"kind": map[string]any{"DataType": "String", "StringValue": "x"}},
}

func TestQueueGetsEnvelopeOrRawMessage(t *testing.T) {
	c := start(t)
	c.topic()
	enveloped := c.subscribe("sqs", c.queueFor("enveloped"), nil)
	c.subscribe("sqs", c.queueFor("raw"), map[string]string{"RawMessageDelivery": "true"})
	c.publish(withAttributes)
	body, _ := c.received("enveloped")
	var e struct {
		Type, MessageId, TopicArn, Subject, Message, Timestamp, UnsubscribeURL string
		MessageAttributes                                                      map[string]struct{ Type, Value string }
	}
	check(t, json.Unmarshal([]byte(body), &e))
	if e.Type != "Notification" || e.TopicArn != topicARN || e.Subject != "Hi" || e.Message != "hello" || e.MessageId == "" ||
		e.MessageAttributes["kind"].Value != "x" || !strings.HasSuffix(e.UnsubscribeURL, strings.ReplaceAll(enveloped, ":", "%3A")) {
		t.Errorf("envelope = %+v", e)
	}
	body, attributes := c.received("raw")
	if body != "hello" || attributes["kind"].StringValue != "x" {
		t.Errorf("raw message = %q with %v, want hello with kind x", body, attributes)
	}
}

func TestFunctionIsInvoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		arn := c.subscribe("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f", nil)
		c.publish(withAttributes)
		synctest.Wait()
		events := c.lambda.events()
		if len(events) != 1 {
			t.Fatalf("%d invocations, want 1", len(events))
		}
		var event struct {
			Records []struct {
				EventSource, EventSubscriptionArn string
				Sns                               struct{ Message, Subject, TopicArn string }
			}
		}
		check(t, json.Unmarshal([]byte(events[0]), &event))
		if r := event.Records[0]; r.EventSource != "aws:sns" || r.EventSubscriptionArn != arn || r.Sns.Message != "hello" || r.Sns.TopicArn != topicARN {
			t.Errorf("event = %s", events[0])
		}
	})
}

func TestRetriesAsTheServiceDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t)
		defer c.queue.Close()
		c.topic()
		c.subscribe("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f", nil)
		for range 6 {
			c.lambda.failures = append(c.lambda.failures, &frontdoor.Error{Code: "ServiceException", Status: 500})
		}
		c.publish(map[string]any{"Message": "x"})
		// 1 attempt, 3 retries at once, 2 after a second each, 1 more after another.
		time.Sleep(3*time.Second - time.Nanosecond)
		if got := len(c.lambda.events()); got != 0 {
			t.Errorf("%d invocations before 3s, want 0", got)
		}
		time.Sleep(500 * time.Millisecond)
		if got := len(c.lambda.events()); got != 1 {
			t.Errorf("%d invocations after 3s, want 1", got)
		}
	})
}

func TestRefusedMessageGoesToTheDeadLetterQueueAtOnce(t *testing.T) {
	c := start(t)
	c.topic()
	dead := c.queueFor("dead")
	c.must("sqs", "CreateQueue", map[string]any{"QueueName": "closed"}, nil) // it has no policy
	c.subscribe("sqs", "arn:aws:sqs:us-east-1:000000000000:closed", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead + `"}`})
	c.publish(map[string]any{"Message": "hello"})
	if body, _ := c.received("dead"); !strings.Contains(body, `"Message": "hello"`) {
		t.Errorf("dead letter = %s, want the envelope", body)
	}
}

func TestFilterPolicies(t *testing.T) {
	attributes := map[string]any{
		"kind":  map[string]any{"DataType": "String", "StringValue": "order"},
		"price": map[string]any{"DataType": "Number", "StringValue": "99.5"},
		"tags":  map[string]any{"DataType": "String.Array", "StringValue": `["new","big"]`},
	}
	tests := map[string]struct {
		policy, scope, message string
		want                   bool
	}{
		"none":               {"{}", "", "x", true},
		"exact":              {`{"kind":["order","payment"]}`, "", "x", true},
		"other value":        {`{"kind":["payment"]}`, "", "x", false},
		"numeric":            {`{"price":[{"numeric":[">",99,"<=",100]}]}`, "", "x", true},
		"array element":      {`{"tags":["big"]}`, "", "x", true},
		"exists":             {`{"missing":[{"exists":false}]}`, "", "x", true},
		"anything but":       {`{"kind":[{"anything-but":"order"}]}`, "", "x", false},
		"all keys":           {`{"kind":[{"prefix":"ord"}],"missing":["x"]}`, "", "x", false},
		"body":               {`{"detail":{"amount":[{"numeric":[">",100]}]}}`, "MessageBody", `{"detail":{"amount":101}}`, true},
		"body does not fit":  {`{"detail":{"amount":[{"numeric":[">",100]}]}}`, "MessageBody", `{"detail":{"amount":99}}`, false},
		"body is not JSON":   {`{"a":["x"]}`, "MessageBody", "x", false},
		"body, not JSON, {}": {`{}`, "MessageBody", "x", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := start(t)
				defer c.queue.Close()
				c.topic()
				settings := map[string]string{"FilterPolicy": test.policy}
				if test.scope != "" {
					settings["FilterPolicyScope"] = test.scope
				}
				c.subscribe("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f", settings)
				c.publish(map[string]any{"Message": test.message, "MessageAttributes": attributes})
				synctest.Wait()
				if got := len(c.lambda.events()) == 1; got != test.want {
					t.Errorf("delivered: %v, want %v", got, test.want)
				}
			})
		})
	}
}

func create(t testing.TB, service *sns.Service, kind, properties string) (resource.Instance, error) {
	t.Helper()
	return service.Resources()[kind].Create(t.Context(), resource.Definition{
		LogicalID: "R", Type: kind, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	})
}

func TestResources(t *testing.T) {
	c := start(t)
	instance, err := create(t, c.service, "AWS::SNS::Topic", `{"TopicName":"orders","DisplayName":"Orders","Tags":[{"Key":"a","Value":"b"}],
		"Subscription":[{"Protocol":"email","Endpoint":"first@example.com"}]}`)
	check(t, err)
	if instance.ID != topicARN || instance.Attributes["TopicName"] != "orders" {
		t.Errorf("topic = %+v, want %s", instance, topicARN)
	}
	sub, err := create(t, c.service, "AWS::SNS::Subscription", `{"TopicArn":"`+topicARN+`","Protocol":"email","Endpoint":"a@example.com"}`)
	check(t, err)
	if !strings.HasPrefix(sub.ID, topicARN+":") {
		t.Errorf("subscription = %s, want an ARN below the topic's", sub.ID)
	}
	_, err = create(t, c.service, "AWS::SNS::TopicPolicy", `{"Topics":["`+topicARN+`"],"PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`)
	check(t, err)
	c.publish(map[string]any{"Message": "x"})

	for _, test := range []struct{ kind, properties, want string }{
		{"AWS::SNS::Topic", `{"TopicName":"t","FifoTopic":true}`, "FIFO"},
		{"AWS::SNS::Topic", `{"TopicName":"t","KmsMasterKeyId":"key"}`, "KmsMasterKeyId"},
		{"AWS::SNS::Topic", `{"TopicName":"t","ArchivePolicy":{}}`, "ArchivePolicy"},
		{"AWS::SNS::Topic", `{"TopicName":"orders"}`, "already exists"},
		{"AWS::SNS::Subscription", `{"TopicArn":"` + topicARN + `","Protocol":"email","Endpoint":"x"}`, "Email address"},
		{"AWS::SNS::Subscription", `{"TopicArn":"` + topicARN + `","Protocol":"email","Endpoint":"x@example.com","DeliveryPolicy":{}}`, "DeliveryPolicy"},
		{"AWS::SNS::TopicPolicy", `{"Topics":["` + topicARN + `"],"PolicyDocument":{"Statement":{}}}`, "Policy"},
	} {
		if _, err := create(t, c.service, test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: got %v, want an error that names %s", test.kind, test.properties, err, test.want)
		}
	}
}

func FuzzDecoders(f *testing.F) {
	f.Add(`{"a":["x",{"numeric":["=",1]}]}`, "MessageAttributes", "Number", "+1")
	f.Add(`{"a":{"b":[{"exists":true}]}}`, "MessageBody", "String.Array", `["x"]`)
	c := start(f)
	c.topic()
	f.Fuzz(func(t *testing.T, policy, scope, kind, value string) {
		c := &cloud{t: t, door: c.door}
		arn := c.subscribe("sqs", queueARN, nil)
		c.call("sns", "SetSubscriptionAttributes", map[string]any{"SubscriptionArn": arn, "AttributeName": "FilterPolicyScope", "AttributeValue": scope}, nil)
		c.call("sns", "SetSubscriptionAttributes", map[string]any{"SubscriptionArn": arn, "AttributeName": "FilterPolicy", "AttributeValue": policy}, nil)
		c.call("sns", "SetSubscriptionAttributes", map[string]any{"SubscriptionArn": arn, "AttributeName": "RedrivePolicy", "AttributeValue": policy}, nil)
		for _, structure := range []string{"", "json"} {
			err := c.call("sns", "Publish", map[string]any{"TopicArn": topicARN, "Message": policy, "MessageStructure": structure,
				"MessageAttributes": map[string]any{"a": map[string]any{"DataType": kind, "StringValue": value}}}, nil)
			if frontdoor.Code(err) == "InternalFailure" {
				t.Error(err)
			}
		}
		c.must("sns", "Unsubscribe", map[string]any{"SubscriptionArn": arn}, nil)
	})
}
