package template

import (
	"slices"
	"strings"
	"testing"
)

func withUpdatePolicy(kind, policy string) []byte {
	return []byte(`{"Resources":{"A":{"Type":"` + kind + `","UpdatePolicy":` + policy + `},"App":{"Type":"x"},"Group":{"Type":"x"}}}`)
}

func TestUpdatePolicy(t *testing.T) {
	parsed, err := Parse(withUpdatePolicy("AWS::Lambda::Alias",
		`{"CodeDeployLambdaAliasUpdate":{"ApplicationName":{"Ref":"App"},"DeploymentGroupName":{"Ref":"Group"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := parsed.Dependencies("A", nil), []string{"App", "Group"}; !slices.Equal(got, want) {
		t.Errorf("the alias comes after %v, want after %v", got, want)
	}
}

func TestUpdatePolicyRefused(t *testing.T) {
	const both = `{"CodeDeployLambdaAliasUpdate":{"ApplicationName":"a","DeploymentGroupName":"g"}}`
	for _, test := range []struct{ kind, policy, want string }{
		{"AWS::SQS::Queue", both, "[/Resources/A/UpdatePolicy] only CodeDeployLambdaAliasUpdate of an AWS::Lambda::Alias is supported"},
		{"AWS::Lambda::Alias", `{}`, "only CodeDeployLambdaAliasUpdate"},
		{"AWS::Lambda::Alias", `{"AutoScalingRollingUpdate":{}}`, "UpdatePolicy.AutoScalingRollingUpdate is not supported"},
		{"AWS::Lambda::Alias", `{"CodeDeployLambdaAliasUpdate":{"ApplicationName":"a"}}`, "needs ApplicationName and DeploymentGroupName"},
		{"AWS::Lambda::Alias", `{"CodeDeployLambdaAliasUpdate":{"ApplicationName":"a","DeploymentGroupName":"g","BeforeAllowTrafficHook":"f"}}`,
			"BeforeAllowTrafficHook is not supported"},
		{"AWS::Lambda::Alias", `{"CodeDeployLambdaAliasUpdate":{"ApplicationName":{"Ref":"Nope"},"DeploymentGroupName":"g"}}`,
			"Unresolved resource dependencies [Nope]"},
	} {
		_, err := Parse(withUpdatePolicy(test.kind, test.policy))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %s: got error %v, want %s", test.kind, test.policy, err, test.want)
		}
	}
}
