package cloudformation_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func TestChangeSetMakesAStack(t *testing.T) {
	f := start(t)
	made := f.plan("first", one, types.ChangeSetTypeCreate)
	if !strings.HasPrefix(*made.Id, "arn:aws:cloudformation:us-east-1:000000000000:changeSet/first/") {
		t.Errorf("got change set id %s", *made.Id)
	}
	f.wantStatus("Test", types.StackStatusReviewInProgress)
	got := f.look("first")
	if got.Status != types.ChangeSetStatusCreateComplete || got.ExecutionStatus != types.ExecutionStatusAvailable || *got.StackId != *made.StackId {
		t.Errorf("got status %s, execution status %s, stack %s; want CREATE_COMPLETE, AVAILABLE, %s", got.Status, got.ExecutionStatus, *got.StackId, *made.StackId)
	}
	if len(got.Changes) != 1 || got.Changes[0].ResourceChange.Action != types.ChangeActionAdd || *got.Changes[0].ResourceChange.LogicalResourceId != "A" {
		t.Errorf("got changes %s, want A to be added", encoded(got.Changes))
	}
	if err := f.execute("first"); err != nil {
		t.Fatal(err)
	}
	f.wantStatus("Test", types.StackStatusCreateComplete)
	if got := aws.ToString(f.stack(*made.StackId).ChangeSetId); got != *made.Id {
		t.Errorf("the stack's change set is %q, want %q", got, *made.Id)
	}
	if got := f.look(*made.Id); got.ExecutionStatus != types.ExecutionStatusExecuteComplete {
		t.Errorf("got execution status %s, want EXECUTE_COMPLETE", got.ExecutionStatus)
	}
	_, err := f.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: aws.String("Test"), ChangeSetName: aws.String("first")})
	wantError(t, err, "ChangeSetNotFound", "ChangeSet [first] does not exist")
}

func encoded(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

func TestChangeSetTellsWhatChanges(t *testing.T) {
	f := start(t)
	f.create(`{"Resources":{
		"A":{"Type":"AWS::SQS::Queue","Properties":{"Kind":"x","Delay":1}},
		"B":{"Type":"AWS::SQS::Queue","Properties":{"Partner":{"Fn::GetAtt":["A","Arn"]}}},
		"C":{"Type":"AWS::SQS::Queue"},
		"D":{"Type":"AWS::SQS::Queue","DeletionPolicy":"Retain"}}}`)
	f.plan("next", `{"Resources":{
		"A":{"Type":"AWS::SQS::Queue","Properties":{"Kind":"y","Size":{"a":1}}},
		"B":{"Type":"AWS::SQS::Queue","Properties":{"Partner":{"Fn::GetAtt":["A","Arn"]}}}}}`, types.ChangeSetTypeUpdate)
	changes := map[string]*types.ResourceChange{}
	for _, c := range f.look("next").Changes {
		changes[*c.ResourceChange.LogicalResourceId] = c.ResourceChange
	}
	a, b := changes["A"], changes["B"]
	if a == nil || b == nil || changes["C"] == nil || changes["D"] == nil {
		t.Fatalf("got changes %s, want those of A, B, C and D", encoded(changes))
	}
	if a.Action != types.ChangeActionModify || a.Replacement != types.ReplacementTrue || a.PolicyAction != types.PolicyActionReplaceAndDelete || *a.PhysicalResourceId != "https://A-0" {
		t.Errorf("got change of A %s, want its replacement", encoded(a))
	}
	if got, want := *a.BeforeContext+*a.AfterContext, `{"Properties":{"Delay":1,"Kind":"x"}}{"Properties":{"Kind":"y","Size":{"a":1}}}`; got != want {
		t.Errorf("got contexts of A %s, want %s", got, want)
	}
	var details []string
	for _, d := range append(a.Details, b.Details...) {
		details = append(details, fmt.Sprintf("%s %s %s %s %s>%s %s %s %s", *d.Target.Name, *d.Target.Path, d.Target.RequiresRecreation, d.Target.AttributeChangeType,
			orNone(d.Target.BeforeValue), orNone(d.Target.AfterValue), d.Evaluation, d.ChangeSource, aws.ToString(d.CausingEntity)))
	}
	want := strings.Join([]string{
		"Delay /Properties/Delay Never Remove 1>none Static DirectModification ",
		"Kind /Properties/Kind Always Modify x>y Static DirectModification ",
		`Size /Properties/Size Never Add none>{"a":1} Static DirectModification `,
		"Partner /Properties/Partner Never Modify arn:https://A-0>{{changeSet:KNOWN_AFTER_APPLY}} Dynamic ResourceAttribute A.Arn",
	}, "\n")
	if got := strings.Join(details, "\n"); got != want {
		t.Errorf("got details\n%s\nwant\n%s", got, want)
	}
	if changes["C"].PolicyAction != types.PolicyActionDelete || changes["D"].PolicyAction != types.PolicyActionRetain {
		t.Errorf("got policy actions %s of C and %s of D, want Delete and Retain", changes["C"].PolicyAction, changes["D"].PolicyAction)
	}
	plain, err := f.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: aws.String("Test"), ChangeSetName: aws.String("next")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range plain.Changes {
		for _, d := range c.ResourceChange.Details {
			if c.ResourceChange.BeforeContext != nil || d.Target.BeforeValue != nil || d.Target.AfterValue != nil || d.Target.Name == nil {
				t.Errorf("without IncludePropertyValues: got %s, want names and no values", encoded(c))
			}
		}
	}
}

func orNone(text *string) string {
	if text == nil {
		return "none"
	}
	return *text
}

func TestChangeSetWithoutChanges(t *testing.T) {
	f := start(t)
	f.create(one)
	made := f.plan("same", one, types.ChangeSetTypeUpdate)
	got := f.look("same")
	const reason = "The submitted information didn't contain changes. Submit different information to create a change set."
	if got.Status != types.ChangeSetStatusFailed || aws.ToString(got.StatusReason) != reason || got.ExecutionStatus != types.ExecutionStatusUnavailable {
		t.Errorf("got %s, %q, %s", got.Status, aws.ToString(got.StatusReason), got.ExecutionStatus)
	}
	wantError(t, f.execute("same"), "InvalidChangeSetStatus", "ChangeSet ["+*made.Id+"] cannot be executed in its current status of [FAILED]")
	events, err := f.DescribeEvents(t.Context(), &cloudformation.DescribeEventsInput{
		StackName: aws.String("Test"), ChangeSetName: aws.String("same"), Filters: &types.EventFilter{FailedEvents: aws.Bool(true)},
	})
	if err != nil || len(events.OperationEvents) != 0 {
		t.Errorf("DescribeEvents: got %s, %v; want none", encoded(events), err)
	}
	hooks, err := f.ListHookResults(t.Context(), &cloudformation.ListHookResultsInput{TargetType: "CHANGE_SET", TargetId: made.Id})
	if err != nil || len(hooks.HookResults) != 0 {
		t.Errorf("ListHookResults: got %s, %v; want none", encoded(hooks), err)
	}
}

func TestChangeSetOfAnotherState(t *testing.T) {
	f := start(t)
	f.create(one)
	f.plan("before", two, types.ChangeSetTypeUpdate)
	if err := f.execute("before"); err != nil {
		t.Fatal(err)
	}
	f.plan("first", one, types.ChangeSetTypeUpdate)
	second := f.plan("second", broken, types.ChangeSetTypeUpdate)
	if err := f.execute("first"); err != nil {
		t.Fatal(err)
	}
	if got := f.look("second").ExecutionStatus; got != types.ExecutionStatusObsolete {
		t.Errorf("got execution status %s, want OBSOLETE", got)
	}
	wantError(t, f.execute("second"), "InvalidChangeSetStatus", "ChangeSet ["+*second.Id+"] cannot be executed in its current execution status of [OBSOLETE]")
}

func TestChangeSetThatFails(t *testing.T) {
	f := start(t)
	f.create(one)
	made := f.plan("bad", broken, types.ChangeSetTypeUpdate)
	if err := f.execute("bad"); err != nil {
		t.Fatal(err)
	}
	f.wantStatus("Test", types.StackStatusUpdateRollbackComplete)
	if got := f.look(*made.Id).ExecutionStatus; got != types.ExecutionStatusExecuteFailed {
		t.Errorf("got execution status %s, want EXECUTE_FAILED", got)
	}
}

func TestTwoExecutionsAtOnce(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.plan("slow", slow, types.ChangeSetTypeCreate)
	var group sync.WaitGroup
	failures := make([]error, 2)
	for i := range failures {
		group.Go(func() { failures[i] = f.execute("slow") })
	}
	group.Wait()
	f.wantStatus("Test", types.StackStatusCreateInProgress)
	close(f.release)
	refused := failures[0]
	if refused == nil {
		refused = failures[1]
	}
	if (failures[0] == nil) == (failures[1] == nil) {
		t.Errorf("got errors %v and %v, want one", failures[0], failures[1])
	}
	// The second finds the set being executed, or its name gone.
	if got := fmt.Sprint(refused); !strings.Contains(got, "EXECUTE_IN_PROGRESS") && !strings.Contains(got, "ChangeSetNotFound") {
		t.Errorf("the second execution got %v", refused)
	}
}

func TestDeleteChangeSet(t *testing.T) {
	f := start(t)
	made := f.plan("only", one, types.ChangeSetTypeCreate)
	for range 2 { // it is a success without the set, too
		if _, err := f.DeleteChangeSet(t.Context(), &cloudformation.DeleteChangeSetInput{StackName: aws.String("Test"), ChangeSetName: aws.String("only")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.DeleteChangeSet(t.Context(), &cloudformation.DeleteChangeSetInput{ChangeSetName: made.Id}); err != nil {
		t.Error(err)
	}
	_, err := f.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
	wantError(t, err, "ChangeSetNotFound", "ChangeSet ["+*made.Id+"] does not exist")
	f.wantStatus("Test", types.StackStatusReviewInProgress)
	f.plan("again", one, types.ChangeSetTypeCreate)
	listed, err := f.ListChangeSets(t.Context(), &cloudformation.ListChangeSetsInput{StackName: aws.String("Test")})
	if err != nil || len(listed.Summaries) != 1 || *listed.Summaries[0].ChangeSetName != "again" {
		t.Errorf("ListChangeSets: got %s, %v; want again", encoded(listed), err)
	}
	if _, err := f.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: made.StackId}); err != nil {
		t.Fatal(err)
	}
	f.wantStatus(*made.StackId, types.StackStatusDeleteComplete)
}

func TestChangeSetTemplate(t *testing.T) {
	f := start(t)
	f.create(one)
	f.plan("next", two, types.ChangeSetTypeUpdate)
	for _, test := range []struct{ changeSet, want string }{{"", one}, {"next", two}} {
		in := &cloudformation.GetTemplateInput{StackName: aws.String("Test")}
		if test.changeSet != "" {
			in.ChangeSetName = &test.changeSet
		}
		out, err := f.GetTemplate(t.Context(), in)
		if err != nil || aws.ToString(out.TemplateBody) != test.want {
			t.Errorf("template of change set %q: got %s, %v; want %s", test.changeSet, encoded(out), err, test.want)
		}
	}
}

func TestRepeatedChangeSetRequest(t *testing.T) {
	f := start(t)
	request := func(token string) (string, error) {
		out, err := f.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{
			StackName: aws.String("Test"), ChangeSetName: aws.String("c"), ChangeSetType: types.ChangeSetTypeCreate,
			TemplateBody: aws.String(one), ClientToken: &token,
		})
		if err != nil {
			return "", err
		}
		return *out.Id, nil
	}
	first, err := request("t1")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := request("t1"); err != nil || again != first {
		t.Errorf("the same request again: got %s, %v; want %s", again, err, first)
	}
	_, err = request("t2")
	wantError(t, err, "AlreadyExistsException", "ChangeSet c already exists")
}

func TestChangeSetPages(t *testing.T) {
	f := start(t)
	resources := map[string]any{}
	for i := range 250 {
		resources[fmt.Sprintf("Q%03d", i)] = map[string]string{"Type": "AWS::SQS::Queue"}
	}
	f.plan("many", encoded(map[string]any{"Resources": resources}), types.ChangeSetTypeCreate)
	seen, token := 0, (*string)(nil)
	for pages := 1; ; pages++ {
		out, err := f.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: aws.String("Test"), ChangeSetName: aws.String("many"), NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		if seen, token = seen+len(out.Changes), out.NextToken; token == nil {
			if seen != 250 || pages != 3 {
				t.Errorf("got %d changes on %d pages, want 250 on 3", seen, pages)
			}
			return
		}
	}
}

func TestChangeSetRefusals(t *testing.T) {
	f := start(t)
	id := f.create(one)
	tests := []struct {
		name string
		in   cloudformation.CreateChangeSetInput
		code string
		says string
	}{
		{"no stack", cloudformation.CreateChangeSetInput{StackName: aws.String("Other")}, "ValidationError", "Stack [Other] does not exist"},
		{"existing stack", cloudformation.CreateChangeSetInput{ChangeSetType: types.ChangeSetTypeCreate}, "ValidationError", "Stack [Test] already exists and cannot be created again with the changeSet [c]."},
		{"import", cloudformation.CreateChangeSetInput{ChangeSetType: types.ChangeSetTypeImport}, "ValidationError", "ChangeSetType IMPORT is not supported"},
		{"resources to import", cloudformation.CreateChangeSetInput{ResourcesToImport: []types.ResourceToImport{{
			LogicalResourceId: aws.String("A"), ResourceType: aws.String("AWS::SQS::Queue"), ResourceIdentifier: map[string]string{"QueueUrl": "u"},
		}}}, "ValidationError", "ResourcesToImport is not supported"},
		{"drift", cloudformation.CreateChangeSetInput{DeploymentMode: types.DeploymentModeRevertDrift}, "ValidationError", "DeploymentMode REVERT_DRIFT is not supported"},
		{"express", cloudformation.CreateChangeSetInput{DeploymentConfig: &types.DeploymentConfig{Mode: types.DeploymentConfigModeExpress}}, "ValidationError", "DeploymentConfig.Mode EXPRESS is not supported"},
		{"notifications", cloudformation.CreateChangeSetInput{NotificationARNs: []string{"arn:aws:sns:us-east-1:000000000000:t"}}, "ValidationError", "NotificationARNs is not supported"},
		{"triggers", cloudformation.CreateChangeSetInput{RollbackConfiguration: &types.RollbackConfiguration{MonitoringTimeInMinutes: aws.Int32(5)}}, "ValidationError", "RollbackConfiguration is not supported"},
		{"unknown parameter of the request", cloudformation.CreateChangeSetInput{ResourceTypes: []string{"AWS::*"}}, "ValidationError", "ResourceTypes is not supported"},
		{"role", cloudformation.CreateChangeSetInput{RoleARN: aws.String("arn:aws:iam::000000000000:user/x-and-more")}, "ValidationError", "is invalid or cannot be assumed"},
		{"name", cloudformation.CreateChangeSetInput{ChangeSetName: aws.String("1")}, "ValidationError", "'changeSetName'"},
		{"template", cloudformation.CreateChangeSetInput{TemplateBody: aws.String(`{"Resources":{}`)}, "ValidationError", "Template format error"},
		{"unknown type", cloudformation.CreateChangeSetInput{TemplateBody: aws.String(`{"Resources":{"A":{"Type":"AWS::No::Where"}}}`)}, "ValidationError", "AWS::No::Where"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.in
			if in.StackName == nil {
				in.StackName = &id
			}
			if in.ChangeSetType == types.ChangeSetTypeCreate {
				in.StackName = aws.String("Test")
			}
			if in.ChangeSetName == nil {
				in.ChangeSetName = aws.String("c")
			}
			if in.TemplateBody == nil {
				in.TemplateBody = aws.String(two)
			}
			_, err := f.CreateChangeSet(t.Context(), &in)
			wantError(t, err, test.code, test.says)
		})
	}
}

func TestChangeSetOfAStackThatWasMadeMeanwhile(t *testing.T) {
	f := start(t)
	f.plan("first", one, types.ChangeSetTypeCreate)
	f.plan("second", two, types.ChangeSetTypeCreate)
	if err := f.execute("first"); err != nil {
		t.Fatal(err)
	}
	wantError(t, f.execute("second"), "InvalidChangeSetStatus", "cannot be executed in its current execution status of [OBSOLETE]")
}
