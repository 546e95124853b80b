package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/template"
)

const (
	capabilityIAM      = "CAPABILITY_IAM"
	capabilityNamedIAM = "CAPABILITY_NAMED_IAM"
)

var knownCapabilities = []string{capabilityIAM, capabilityNamedIAM, "CAPABILITY_AUTO_EXPAND"}

// nameOf is, for the resource types that can give permissions, the property by
// which a template names the resource; "" if its name is no name of an identity.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
var nameOf = map[string]string{
	"AWS::IAM::AccessKey":           "",
	"AWS::IAM::Group":               "GroupName",
	"AWS::IAM::InstanceProfile":     "InstanceProfileName",
	"AWS::IAM::ManagedPolicy":       "ManagedPolicyName",
	"AWS::IAM::Policy":              "",
	"AWS::IAM::Role":                "RoleName",
	"AWS::IAM::User":                "UserName",
	"AWS::IAM::UserToGroupAddition": "",
}

// required is the capability that a template needs, "" for none, and the
// resource types that need it.
func required(t *template.Template) (capability string, reasons []string) {
	types := map[string]bool{}
	for _, r := range t.Resources {
		name, gives := nameOf[r.Type]
		if !gives {
			continue
		}
		types[r.Type] = true
		if _, named := r.Properties[name]; named {
			capability = capabilityNamedIAM
		}
	}
	if len(types) > 0 && capability == "" {
		capability = capabilityIAM
	}
	return capability, slices.Sorted(maps.Keys(types))
}

// acknowledged refuses a template whose capability is not among the given.
func acknowledged(t *template.Template, given []string) error {
	for _, capability := range given {
		if !slices.Contains(knownCapabilities, capability) {
			return constraint("["+strings.Join(given, ", ")+"]", "capabilities", "satisfy constraint: [Member must satisfy enum value set: ["+strings.Join(knownCapabilities, ", ")+"]]")
		}
	}
	needed, _ := required(t)
	if needed == "" || slices.Contains(given, needed) || slices.Contains(given, capabilityNamedIAM) {
		return nil
	}
	return frontdoor.Errorf("InsufficientCapabilitiesException", "Requires capabilities : [%s]", needed)
}

// capabilitiesReason is the sentence for the resource types.
func capabilitiesReason(types []string) string {
	if types == nil {
		return ""
	}
	return fmt.Sprintf("The following resource(s) require capabilities: [%s]", strings.Join(types, ", "))
}
