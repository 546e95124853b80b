package template_test

import "testing"

// data are the types of resources that hold data worth keeping.
var data = []string{"AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::Events::EventBus", "AWS::Events::Archive"}

func TestDemoLeavesNothingBehind(t *testing.T) {
	for _, kind := range data {
		for _, r := range demo().OfType(kind) {
			if r.DeletionPolicy != "Delete" {
				t.Errorf("%s has deletion policy %q, want Delete", r.ID, r.DeletionPolicy)
			}
			if r.Type == "AWS::Logs::LogGroup" && r.Text("RetentionInDays") != "7" {
				t.Errorf("%s keeps logs for %s days, want 7", r.ID, r.Text("RetentionInDays"))
			}
		}
	}
	for _, archive := range demo().OfType("AWS::Events::Archive") {
		if got := archive.Text("RetentionDays"); got != "7" {
			t.Errorf("%s keeps events for %s days, want 7", archive.ID, got)
		}
	}
	if demo().protected {
		t.Error("the stack is protected from deletion, want it to be easy to destroy")
	}
}

func TestProdKeepsItsData(t *testing.T) {
	for _, kind := range data {
		for _, r := range prod().OfType(kind) {
			// A protected table could not be deleted by a rollback.
			want := "RetainExceptOnCreate"
			if kind == "AWS::DynamoDB::Table" {
				want = "Retain"
			}
			if r.DeletionPolicy != want {
				t.Errorf("%s has deletion policy %q, want %s", r.ID, r.DeletionPolicy, want)
			}
		}
	}
	for _, group := range prod().OfType("AWS::Logs::LogGroup") {
		if got := group.Text("RetentionInDays"); got != "365" {
			t.Errorf("%s keeps logs for %s days, want 365", group.ID, got)
		}
	}
	for _, archive := range prod().OfType("AWS::Events::Archive") {
		if got := archive.Text("RetentionDays"); got != "365" {
			t.Errorf("%s keeps events for %s days, want 365", archive.ID, got)
		}
	}
	if !prod().protected {
		t.Error("the stack is not protected from deletion, want it protected")
	}
}

func TestTargetDecidesTheArchitecture(t *testing.T) {
	for _, fn := range prod().OfType("AWS::Lambda::Function") {
		if got, want := fn.Text("Architectures"), `["x86_64"]`; got != want {
			t.Errorf("%s runs on %s with target linux/amd64, want %s", fn.Text("FunctionName"), got, want)
		}
	}
}

func TestOnlyAGivenAddressIsSubscribed(t *testing.T) {
	if got := demo().OfType("AWS::SNS::Subscription"); len(got) != 0 {
		t.Errorf("without an address the template has the subscriptions %v, want none", got)
	}
	topics := []string{"eda-demo-order-notification", "eda-demo-alarms"}
	subscriptions := prod().OfType("AWS::SNS::Subscription")
	if len(subscriptions) != len(topics) {
		t.Fatalf("with an address the template has %d subscriptions, want %d", len(subscriptions), len(topics))
	}
	for _, name := range topics {
		topic := prod().one(t, "AWS::SNS::Topic", "TopicName", name)
		subscription := prod().one(t, "AWS::SNS::Subscription", "TopicArn", "${"+topic.ID+"}")
		for property, want := range map[string]string{"Protocol": "email", "Endpoint": "you@example.com"} {
			if got := subscription.Text(property); got != want {
				t.Errorf("the subscription to %s has %s %s, want %s", name, property, got, want)
			}
		}
	}
}
