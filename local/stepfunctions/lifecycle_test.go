package stepfunctions_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// properties are those of a state machine m, with changes.
type properties map[string]any

func base(changes properties) properties {
	p := properties{"StateMachineName": "m", "DefinitionString": onePass, "RoleArn": roleARN}
	maps.Copy(p, changes)
	return p
}

// define is the resource with the properties; physicalID is empty for a new one.
func define(t *testing.T, physicalID string, p properties) resource.Definition {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return resource.Definition{LogicalID: "M", Type: "AWS::StepFunctions::StateMachine", PhysicalID: physicalID, Properties: raw, Stack: doortest.Stack()}
}

func (c *cloud) handler() resource.Type {
	return c.service.Resources()["AWS::StepFunctions::StateMachine"]
}

const machineM = machinePre + "m"

func (c *cloud) createM(t *testing.T, p properties) resource.Instance {
	t.Helper()
	instance, err := c.handler().Create(t.Context(), define(t, "", p))
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	return instance
}

func (c *cloud) updateM(t *testing.T, before, after properties) (resource.Instance, error) {
	t.Helper()
	return c.handler().Update(t.Context(), define(t, machineM, before), define(t, machineM, after))
}

func (c *cloud) deleteM(t *testing.T) {
	t.Helper()
	if err := c.handler().Delete(t.Context(), define(t, machineM, base(nil))); err != nil {
		t.Fatalf("delete: %v", err)
	}
}

// describeM is all that is told of the machine but its revision.
func (c *cloud) describeM(t *testing.T) string {
	t.Helper()
	d := c.call(t, "DescribeStateMachine", map[string]any{"stateMachineArn": machineM})
	delete(d, "revisionId")
	return fmt.Sprint(d)
}

// code is the error code of a call.
func (c *cloud) code(t *testing.T, operation string, in map[string]any) string {
	t.Helper()
	return frontdoor.Code(c.door.Call(t.Context(), iam.Admin(doortest.Account), "states", operation, in, nil))
}

func TestMachinesOfTakenNamesAreRefused(t *testing.T) {
	c := newOffline(t)
	c.createM(t, base(nil))
	_, err := c.handler().Create(t.Context(), define(t, "", base(nil)))
	if want := "create state machine m: StateMachineAlreadyExists: State Machine Already Exists: '" + machineM + "'"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	unnamed := define(t, "", properties{"DefinitionString": onePass, "RoleArn": roleARN})
	first, err1 := c.handler().Create(t.Context(), unnamed)
	unnamed.Generation = 1
	second, err2 := c.handler().Create(t.Context(), unnamed)
	if err1 != nil || err2 != nil || first.ID == second.ID {
		t.Errorf("got %+v, %v and %+v, %v; want two machines", first, err1, second, err2)
	}
}

func TestMachinesAreUpdatedAndBack(t *testing.T) {
	logging := properties{"LoggingConfiguration": map[string]any{"Level": "ALL", "Destinations": []any{
		map[string]any{"CloudWatchLogsLogGroup": map[string]any{"LogGroupArn": logGroup}}}}}
	cases := map[string]struct {
		change properties
		want   string
		stays  bool // the revision does
	}{
		"definition": {properties{"DefinitionString": oneWait}, oneWait, false},
		"an object":  {properties{"DefinitionString": nil, "Definition": map[string]any{"StartAt": "Q", "States": map[string]any{"Q": map[string]any{"Type": "Succeed"}}}}, `"StartAt":"Q"`, false},
		"role":       {properties{"RoleArn": roleARN + "-2"}, roleARN + "-2", false},
		"logging":    {logging, logGroup, false},
		"tracing":    {properties{"TracingConfiguration": map[string]any{"Enabled": true}}, "tracingConfiguration:map[enabled:true]", false},
		"tags":       {properties{"Tags": []any{map[string]string{"Key": "k", "Value": "v"}}}, onePass, true},
		"nothing":    {nil, onePass, true},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			c := newOffline(t)
			role(t, c.door, "machine-2", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
			before, after := base(nil), base(tt.change)
			maps.DeleteFunc(after, func(_ string, value any) bool { return value == nil })
			first := c.createM(t, before)
			was := c.describeM(t)
			updated, err := c.updateM(t, before, after)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.describeM(t); !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want it to contain %s", got, tt.want)
			}
			if same := updated.Attributes["StateMachineRevisionId"] == first.Attributes["StateMachineRevisionId"]; same != tt.stays || updated.ID != machineM || updated.Attributes["Name"] != "m" {
				t.Errorf("got %+v after %+v, want the same machine and revision: %t", updated, first, tt.stays)
			}
			if _, err := c.updateM(t, after, before); err != nil {
				t.Fatal(err)
			}
			if got := c.describeM(t); got != was {
				t.Errorf("after the way back got\n%s, want\n%s", got, was)
			}
		})
	}
}

func TestRefusedUpdatesChangeNothing(t *testing.T) {
	c := newOffline(t)
	cases := map[string]struct {
		change properties
		want   string
	}{
		"a bad definition": {properties{"DefinitionString": `{"StartAt":"A"}`}, "update state machine m: InvalidDefinition"},
		"no role":          {properties{"RoleArn": "arn:aws:iam::000000000000:role/none"}, "AccessDeniedException"},
		"an unknown level": {properties{"LoggingConfiguration": map[string]any{"Level": "SOME"}}, "loggingConfiguration.level"},
		"unknown property": {properties{"EncryptionConfiguration": map[string]any{}}, "member EncryptionConfiguration is not supported"},
	}
	c.createM(t, base(nil))
	was := c.describeM(t)
	for name, tt := range cases {
		if _, err := c.updateM(t, base(nil), base(tt.change)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
		if got := c.describeM(t); got != was {
			t.Errorf("%s: got %s, want %s", name, got, was)
		}
	}
	c.deleteM(t)
	if _, err := c.updateM(t, base(nil), base(nil)); frontdoor.Code(err) != "StateMachineDoesNotExist" {
		t.Errorf("update of a machine that is gone: got %v, want StateMachineDoesNotExist", err)
	}
}

func TestReplacedProperties(t *testing.T) {
	c := newOffline(t)
	for want, change := range map[string]properties{
		"[StateMachineName]": {"StateMachineName": "n"}, "[StateMachineType]": {"StateMachineType": "EXPRESS"}, "[]": {"DefinitionString": oneWait},
	} {
		got, err := c.handler().Replacing(define(t, "", base(nil)).Properties, define(t, "", base(change)).Properties)
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%v: got %v, %v; want %s", change, got, err, want)
		}
	}
}

// waitsThen waits a minute and then has the result.
func waitsThen(result string) properties {
	return base(properties{"DefinitionString": `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"R"},"R":{"Type":"Pass","Result":"` + result + `","End":true}}}`})
}

func TestExecutionsOutliveAnUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		l.createM(t, waitsThen("old"))
		old := l.run(machineM, "old", "{}")
		synctest.Wait()
		if _, err := l.updateM(t, waitsThen("old"), waitsThen("new")); err != nil {
			t.Fatal(err)
		}
		young := l.run(machineM, "new", "{}")
		l = l.afterKill()
		if _, err := l.handler().Create(t.Context(), define(t, machineM, waitsThen("new"))); err != nil {
			t.Fatal(err)
		}
		l.service.Resume()
		time.Sleep(time.Minute)
		synctest.Wait()
		l.want(old, `SUCCEEDED "old"`)
		l.want(young, `SUCCEEDED "new"`)
	})
}

func TestMachinesOfAnEarlierRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		l.createM(t, waitsThen("x"))
		execution := l.run(machineM, "e", "{}")
		synctest.Wait()
		next := l.afterKill()
		if _, err := next.handler().Create(t.Context(), define(t, "", base(nil))); frontdoor.Code(err) != "StateMachineAlreadyExists" {
			t.Errorf("a new machine of the name: got %v, want StateMachineAlreadyExists", err)
		}
		next.deleteM(t)
		next.service.Resume()
		next.wantNothingLeft(execution)
		anew, err := next.handler().Create(t.Context(), define(t, machinePre+"Test-M-1", properties{"DefinitionString": onePass, "RoleArn": roleARN}))
		if err != nil || anew.ID != machinePre+"Test-M-1" {
			t.Errorf("got %+v, %v; want the machine that was not kept under its ARN", anew, err)
		}
	})
}

// TestInterruptedCreationsTakeOnlyWhatIsTheirs checks that a creation that an
// earlier process may have made, or may have been refused, does not take the
// state machine of somebody else.
func TestInterruptedCreationsTakeOnlyWhatIsTheirs(t *testing.T) {
	l := newLasting(t, t.TempDir())
	l.createM(t, base(nil))
	if _, err := l.updateM(t, base(nil), waitsThen("x")); err != nil {
		t.Fatal(err)
	}
	l = l.afterKill()
	interrupted := define(t, "", waitsThen("x"))
	interrupted.Interrupted = true
	if made, err := l.handler().Create(t.Context(), interrupted); err != nil || made.ID != machineM {
		t.Errorf("got %+v, %v; want the machine of the run before", made, err)
	}
	interrupted.LogicalID = "Another"
	if _, err := l.handler().Create(t.Context(), interrupted); frontdoor.Code(err) != "StateMachineAlreadyExists" {
		t.Errorf("another resource: got %v, want StateMachineAlreadyExists", err)
	}
	if made, err := newOffline(t).handler().Create(t.Context(), interrupted); err != nil || made.ID != machineM {
		t.Errorf("got %+v, %v; want a new machine, as there is none", made, err)
	}
}
