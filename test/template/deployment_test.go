package template_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

// live is the alias of a function in production.
func live(t *testing.T, name string) synthesized.Resource {
	t.Helper()
	return prod().one(t, "AWS::Lambda::Alias", "FunctionName", "${"+prod().one(t, "AWS::Lambda::Function", "FunctionName", name).ID+"}")
}

func TestDemoChangesFunctionsInPlace(t *testing.T) {
	for _, kind := range []string{
		"AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup",
	} {
		if got := demo().OfType(kind); len(got) != 0 {
			t.Errorf("the demo has %d %s, want none", len(got), kind)
		}
	}
}

// TestVersionsStayToGoBackTo: those that were in use, and not those whose own
// deployment failed.
func TestVersionsStayToGoBackTo(t *testing.T) {
	for name := range packages {
		alias := live(t, name)
		if got := alias.Text("Name"); got != "live" {
			t.Errorf("the alias of %s is %s, want live", name, got)
		}
		version := prod().Referred(alias.Text("FunctionVersion"))
		if version.Type != "AWS::Lambda::Version" || version.Text("FunctionName") != alias.Text("FunctionName") {
			t.Errorf("the alias of %s leads to %s, want a version of the function", name, version.ID)
		}
		if version.DeletionPolicy != "RetainExceptOnCreate" {
			t.Errorf("the version of %s has deletion policy %q, want RetainExceptOnCreate", name, version.DeletionPolicy)
		}
	}
}

// TestNothingGoesPastTheAlias: the function itself is named by what belongs to
// all of its versions only.
func TestNothingGoesPastTheAlias(t *testing.T) {
	functions := map[string]bool{}
	for _, fn := range prod().OfType("AWS::Lambda::Function") {
		functions["${"+fn.ID+"}"], functions["${"+fn.ID+".Arn}"] = true, true
	}
	for kind, path := range map[string][]any{
		"AWS::ApiGatewayV2::Integration":  {"IntegrationUri"},
		"AWS::Events::Rule":               {"Targets", 0, "Arn"},
		"AWS::Lambda::Permission":         {"FunctionName"},
		"AWS::Lambda::EventSourceMapping": {"FunctionName"},
	} {
		for _, r := range prod().OfType(kind) {
			target := r.Text(path...)
			if functions[target] {
				t.Errorf("%s invokes a function, not its alias", r.ID)
			}
			if kind != "AWS::Events::Rule" && prod().Referred(target).Type != "AWS::Lambda::Alias" {
				t.Errorf("%s leads to %s, want an alias", r.ID, target)
			}
		}
	}
	for _, config := range prod().OfType("AWS::Lambda::EventInvokeConfig") {
		if got := config.Text("Qualifier"); got != "live" {
			t.Errorf("%s is about %s, want live", config.ID, got)
		}
	}
}

func TestTrafficShiftsAndGoesBackOnErrors(t *testing.T) {
	for name := range packages {
		group := prod().one(t, "AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", name)
		alarm := prod().one(t, "AWS::CloudWatch::Alarm", "AlarmName", name+"-errors")
		for property, want := range map[string]string{
			"DeploymentConfigName":      "CodeDeployDefault.LambdaCanary10Percent10Minutes",
			"DeploymentStyle":           `{"DeploymentOption":"WITH_TRAFFIC_CONTROL","DeploymentType":"BLUE_GREEN"}`,
			"AutoRollbackConfiguration": `{"Enabled":true,"Events":["DEPLOYMENT_FAILURE","DEPLOYMENT_STOP_ON_ALARM","DEPLOYMENT_STOP_ON_REQUEST"]}`,
			"AlarmConfiguration":        `{"Alarms":[{"Name":{"Ref":"` + alarm.ID + `"}}],"Enabled":true}`,
		} {
			if got := group.Text(property); got != want {
				t.Errorf("the deployment group of %s has %s %s, want %s", name, property, got, want)
			}
		}
		if got, want := shiftedBy(t, live(t, name)), "${"+group.ID+"}"; got != want {
			t.Errorf("the alias of %s is shifted by the deployment group %s, want %s", name, got, want)
		}
	}
}

// shiftedBy is the deployment group in the update policy of an alias.
func shiftedBy(t *testing.T, alias synthesized.Resource) string {
	t.Helper()
	var all struct {
		Resources map[string]struct {
			UpdatePolicy struct {
				CodeDeployLambdaAliasUpdate struct{ DeploymentGroupName any }
			}
		}
	}
	if err := json.Unmarshal(prod().raw, &all); err != nil {
		t.Fatal(err)
	}
	return synthesized.Text(all.Resources[alias.ID].UpdatePolicy.CodeDeployLambdaAliasUpdate.DeploymentGroupName)
}

func TestDeploymentRolesMoveOneAlias(t *testing.T) {
	for name := range packages {
		group := prod().one(t, "AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", name)
		role := prod().Referred(group.Text("ServiceRoleArn"))
		fn := prod().one(t, "AWS::Lambda::Function", "FunctionName", name)
		want := []string{
			"lambda:GetAlias,lambda:UpdateAlias,lambda:GetProvisionedConcurrencyConfig on ${" + fn.ID + ".Arn},${" + fn.ID + ".Arn}:live",
			"cloudwatch:DescribeAlarms on *",
		}
		got := role.Allows()
		for i, statement := range want {
			if len(got) != len(want) || got[i].String() != statement {
				t.Errorf("CodeDeploy is allowed for %s\n%v\nwant\n%s", name, got, strings.Join(want, "\n"))
				break
			}
		}
		trust := synthesized.Statements(role.At("AssumeRolePolicyDocument"))
		arn := "arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:eda-demo/" + name
		if len(trust) != 1 || trust[0].Principal != "codedeploy.amazonaws.com" || trust[0].Condition != "ArnEquals aws:SourceArn "+arn {
			t.Errorf("the role for %s trusts %+v, want CodeDeploy for %s", name, trust, arn)
		}
	}
}

func TestProdKeepsDeadLettersAndSubscriptions(t *testing.T) {
	kept := append(prod().OfType("AWS::SQS::Queue"), prod().one(t, "AWS::SNS::Topic", "TopicName", "eda-demo-order-notification"))
	for _, r := range kept {
		if r.DeletionPolicy != "RetainExceptOnCreate" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s has policies %q and %q, want RetainExceptOnCreate and Retain", r.ID, r.DeletionPolicy, r.UpdateReplacePolicy)
		}
	}
}

func TestAuthorizationIsChosen(t *testing.T) {
	for _, test := range []struct {
		context    map[string]any
		kind       string
		authorizer string
	}{
		{map[string]any{"auth": "iam", "throttleRate": "10", "throttleBurst": "20"}, "AWS_IAM", ""},
		{map[string]any{"auth": "jwt", "jwtIssuer": "https://login.example.com/eda", "jwtAudience": "orders", "throttleRate": "10", "throttleBurst": "20"},
			"JWT", `{"Audience":["orders"],"Issuer":"https://login.example.com/eda"}`},
	} {
		got := synthesize(test.context)
		authorizers := got.OfType("AWS::ApiGatewayV2::Authorizer")
		reference := "null"
		if test.authorizer != "" {
			if len(authorizers) != 1 || authorizers[0].Text("JwtConfiguration") != test.authorizer ||
				authorizers[0].Text("IdentitySource") != `["$request.header.Authorization"]` {
				t.Fatalf("%v: the authorizers are %+v, want one of %s", test.context, authorizers, test.authorizer)
			}
			reference = "${" + authorizers[0].ID + "}"
		} else if len(authorizers) != 0 {
			t.Errorf("%v: the authorizers are %+v, want none", test.context, authorizers)
		}
		for _, route := range got.OfType("AWS::ApiGatewayV2::Route") {
			if kind, by := route.Text("AuthorizationType"), route.Text("AuthorizerId"); kind != test.kind || by != reference {
				t.Errorf("%v: route %s asks %s of %s, want %s of %s", test.context, route.Text("RouteKey"), kind, by, test.kind, reference)
			}
		}
		stage := got.OfType("AWS::ApiGatewayV2::Stage")[0]
		if rate, want := stage.Text("DefaultRouteSettings"), `"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10`; !strings.Contains(rate, want) {
			t.Errorf("%v: the stage has %s, want %s", test.context, rate, want)
		}
	}
}
