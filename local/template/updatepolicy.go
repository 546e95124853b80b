package template

import "fmt"

// UpdatePolicy is how CloudFormation updates a resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
type UpdatePolicy struct {
	// CodeDeployLambdaAliasUpdate has CodeDeploy shift the traffic of an
	// AWS::Lambda::Alias to another version.
	CodeDeployLambdaAliasUpdate *AliasUpdate
}

// AliasUpdate names the deployment group in which CodeDeploy shifts traffic.
// Functions that decide before or after whether to go on are not supported.
type AliasUpdate struct {
	ApplicationName     any
	DeploymentGroupName any
}

const aliasType = "AWS::Lambda::Alias"

// updatePolicy refuses a policy that is not an alias's, or is incomplete.
func (b *block) updatePolicy(id string, r Resource) error {
	if r.UpdatePolicy == nil {
		return nil
	}
	update := r.UpdatePolicy.CodeDeployLambdaAliasUpdate
	switch {
	case update == nil || r.Type != aliasType:
		return fmt.Errorf("Template format error: [/Resources/%s/UpdatePolicy] only CodeDeployLambdaAliasUpdate of an %s is supported", id, aliasType)
	case update.ApplicationName == nil || update.DeploymentGroupName == nil:
		return fmt.Errorf("Template format error: [/Resources/%s/UpdatePolicy] CodeDeployLambdaAliasUpdate needs ApplicationName and DeploymentGroupName", id)
	}
	for _, value := range []any{update.ApplicationName, update.DeploymentGroupName} {
		if err := b.value(value, "Resources", id, "UpdatePolicy"); err != nil {
			return err
		}
	}
	return nil
}

// references lists what the policy refers to.
func (p *UpdatePolicy) references(branches func(string) (bool, bool)) []Reference {
	if p == nil || p.CodeDeployLambdaAliasUpdate == nil {
		return nil
	}
	update := p.CodeDeployLambdaAliasUpdate
	return references([]any{update.ApplicationName, update.DeploymentGroupName}, branches)
}
