package codedeploy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/local/codedeploy"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

const roleARN = "arn:aws:iam::000000000000:role/deployer"

type world struct {
	t     *testing.T
	types map[string]resource.Type
}

// start returns the service and a role for the deployment group "app/g".
func start(t *testing.T) world {
	directory := iam.NewDirectory(doortest.Account)
	trust, err := iam.ParseResourcePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
		"Principal":{"Service":"codedeploy.amazonaws.com"},
		"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:app/g"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := directory.PutRole("deployer", trust); err != nil {
		t.Fatal(err)
	}
	service := codedeploy.New(codedeploy.Config{Account: doortest.Account, Directory: directory})
	return world{t, service.Resources()}
}

func definition(kind, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: kind, Type: "AWS::CodeDeploy::" + kind, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	}
}

func (w world) create(kind, properties string) (resource.Definition, error) {
	d := definition(kind, properties)
	instance, err := w.types[d.Type].Create(w.t.Context(), d)
	d.PhysicalID = instance.ID
	return d, err
}

func (w world) mustCreate(kind, properties string) resource.Definition {
	w.t.Helper()
	d, err := w.create(kind, properties)
	if err != nil {
		w.t.Fatalf("create %s: %v", kind, err)
	}
	return d
}

func (w world) update(d resource.Definition, properties string) error {
	next := d
	next.Properties = json.RawMessage(properties)
	_, err := w.types[d.Type].Update(w.t.Context(), d, next)
	return err
}

func (w world) remove(d resource.Definition) {
	w.t.Helper()
	for range 2 {
		if err := w.types[d.Type].Delete(w.t.Context(), d); err != nil {
			w.t.Errorf("delete %s: %v", d.LogicalID, err)
		}
	}
}

const application = `{"ApplicationName":"app","ComputePlatform":"Lambda"}`

// group is the properties of a good group, with others before them.
func group(others string) string {
	return `{` + others + `"ApplicationName":"app","DeploymentGroupName":"g","ServiceRoleArn":"` + roleARN + `",
		"DeploymentStyle":{"DeploymentType":"BLUE_GREEN","DeploymentOption":"WITH_TRAFFIC_CONTROL"}}`
}

const alarmed = `"AlarmConfiguration":{"Enabled":true,"Alarms":[{"Name":"errors"}]},
	"AutoRollbackConfiguration":{"Enabled":true,"Events":["DEPLOYMENT_FAILURE","DEPLOYMENT_STOP_ON_ALARM"]},
	"DeploymentConfigName":"CodeDeployDefault.LambdaCanary10Percent5Minutes",`

func TestLifecycle(t *testing.T) {
	w := start(t)
	app := w.mustCreate("Application", application)
	if app.PhysicalID != "app" {
		t.Errorf("the application is %q, want app", app.PhysicalID)
	}
	g := w.mustCreate("DeploymentGroup", group(alarmed))
	if g.PhysicalID != "g" {
		t.Errorf("the group is %q, want g", g.PhysicalID)
	}
	for kind, properties := range map[string]string{"Application": application, "DeploymentGroup": group("")} {
		if _, err := w.create(kind, properties); err == nil || !strings.Contains(err.Error(), "already exists") {
			t.Errorf("a second %s: error %v, want that there is one", kind, err)
		}
	}
	for _, properties := range []string{group(""), group(alarmed)} {
		if err := w.update(g, properties); err != nil {
			t.Errorf("update to %s: %v", properties, err)
		}
	}
	if _, err := w.types[g.Type].Create(t.Context(), g); err != nil {
		t.Errorf("taken up: %v", err)
	}
	w.remove(g)
	if err := w.update(g, group("")); err == nil || !strings.Contains(err.Error(), "was not found") {
		t.Errorf("updated after its deletion: error %v, want that it was not found", err)
	}
	w.remove(app)
	w.remove(g)
	if err := w.update(app, application); err == nil || !strings.Contains(err.Error(), "was not found") {
		t.Errorf("updated after its deletion: error %v, want that it was not found", err)
	}
}

func TestRefusals(t *testing.T) {
	w := start(t)
	w.mustCreate("Application", application)
	for _, test := range []struct{ kind, properties, want string }{
		{"Application", `{"ComputePlatform":"ECS"}`, `property ComputePlatform: "ECS" is not supported`},
		{"Application", `{"ComputePlatform":"Lambda","Colour":"red"}`, "Colour is not supported"},
		{"DeploymentGroup", strings.Replace(group(""), `"app"`, `"other"`, 1), "because no resource-based policy allows"},
		{"DeploymentGroup", strings.Replace(group(""), "deployer", "nobody", 1), "the role does not exist"},
		{"DeploymentGroup", strings.Replace(group(""), "BLUE_GREEN", "IN_PLACE", 1), "property DeploymentStyle"},
		{"DeploymentGroup", group(`"LoadBalancerInfo":{},`), "LoadBalancerInfo is not supported"},
		{"DeploymentGroup", group(`"DeploymentConfigName":"CodeDeployDefault.OneAtATime",`), "property DeploymentConfigName"},
		{"DeploymentGroup", group(`"AlarmConfiguration":{"Enabled":true},`), "there are no Alarms"},
		{"DeploymentGroup", group(`"AutoRollbackConfiguration":{"Enabled":true,"Events":["NOPE"]},`), `event "NOPE" is not one of`},
		{"DeploymentGroup", group(`"AutoRollbackConfiguration":{"Enabled":true,"Events":["DEPLOYMENT_STOP_ON_ALARM"]},`),
			"needs an AlarmConfiguration that is enabled"},
	} {
		if _, err := w.create(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("create %s %s:\n got %v\nwant %s", test.kind, test.properties, err, test.want)
		}
	}
}
