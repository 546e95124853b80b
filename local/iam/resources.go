package iam

import (
	"fmt"
	"regexp"
	"strings"

	"eda-demo/local/resource"
)

// Resources returns the handlers of AWS::IAM::Role, AWS::IAM::Policy and
// AWS::IAM::ManagedPolicy. Users, groups and permissions boundaries are not
// supported: the property is refused by name.
func (d *Directory) Resources() map[string]resource.Type {
	role := resource.Schema{
		Required: []string{"AssumeRolePolicyDocument"}, NotEmpty: []string{"RoleName"},
		Name: "RoleName", Immutable: []string{"RoleName", "Path"},
	}
	policy := resource.Schema{Required: []string{"PolicyDocument", "PolicyName"}}
	managed := resource.Schema{
		Required: []string{"PolicyDocument"}, NotEmpty: []string{"ManagedPolicyName"},
		Name: "ManagedPolicyName", Immutable: []string{"ManagedPolicyName", "Path", "Description"},
	}
	return map[string]resource.Type{
		"AWS::IAM::Role":          role.Type(d.createRole, d.updateRole, d.deleteRole),
		"AWS::IAM::Policy":        policy.Type(d.createPolicy, d.updatePolicy, d.deletePolicy),
		"AWS::IAM::ManagedPolicy": managed.Type(d.createManaged, d.updateManaged, d.deleteManaged),
	}
}

// namePattern is what IAM takes as the name of a role or policy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var namePattern = regexp.MustCompile(`^[\w+=,.@-]+$`)

func checkName(property, name string, limit int) error {
	if len(name) > limit || !namePattern.MatchString(name) {
		return fmt.Errorf("property %s: %q is not 1 to %d letters, digits or characters of _+=,.@-", property, name, limit)
	}
	return nil
}

// maxPath is how many characters a path may have.
const maxPath = 512

// checkPath returns the path of a role or policy, / if none is given.
func checkPath(path string) (string, error) {
	if path == "" {
		return "/", nil
	}
	if len(path) > maxPath || !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") || strings.ContainsFunc(path, notInPath) {
		return "", fmt.Errorf("property Path: %q does not begin and end with / or has more than %d characters or others than ! to ~", path, maxPath)
	}
	return path, nil
}

func notInPath(r rune) bool { return r < '!' || r > '~' }

// uniqueID is the id of a resource with a prefix that tells its type, the same
// whenever the same stack is started.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func uniqueID(prefix string, definition resource.Definition) string {
	return prefix + computed(definition.Key(), idLength)
}
