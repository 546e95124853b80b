package eventbridge

import (
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Resources returns the handlers of the CloudFormation types of EventBridge.
// Of these resources only the events of archives are kept in a folder: after a
// restart, each is made anew from its definition, under the id that it had.
func (s *Service) Resources() map[string]resource.Type {
	bus := resource.Schema{Required: []string{"Name"}, Name: "Name", Immutable: []string{"Name"}}
	policy := resource.Schema{
		Required: []string{"StatementId"}, NotEmpty: []string{"EventBusName"},
		Immutable: []string{"EventBusName", "StatementId"},
	}
	rule := resource.Schema{
		NotEmpty: []string{"Name", "EventBusName"}, Name: "Name", Immutable: []string{"Name", "EventBusName"},
	}
	archive := resource.Schema{
		Required: []string{"SourceArn"}, NotEmpty: []string{"ArchiveName"},
		Name: "ArchiveName", Immutable: []string{"ArchiveName", "SourceArn"},
	}
	return map[string]resource.Type{
		"AWS::Events::Archive":        archive.Type(s.createArchiveResource, s.updateArchiveResource, s.deleteArchiveResource),
		"AWS::Events::EventBus":       bus.Type(s.createBusResource, s.updateBusResource, s.deleteBusResource),
		"AWS::Events::EventBusPolicy": policy.Type(s.createBusPolicyResource, s.updateBusPolicyResource, s.deleteBusPolicyResource),
		"AWS::Events::Rule":           rule.Type(s.createRuleResource, s.updateRuleResource, s.deleteRuleResource),
	}
}

// alreadyExists is CloudFormation's refusal to create what exists where the
// service itself would replace it.
func alreadyExists(definition resource.Definition, id string) error {
	return frontdoor.Errorf("AlreadyExists", "Resource of type '%s' with identifier '%s' already exists.", definition.Type, id)
}

// onBusID returns the physical id of something on a bus. Names of buses have no
// vertical bar.
func onBusID(bus, name string) string { return bus + "|" + name }

// splitID returns the bus and the name in a physical id; without a bus it is
// the default one.
func splitID(id string) (bus, name string) {
	bus, name, found := strings.Cut(id, "|")
	if !found {
		return defaultBus, id
	}
	return bus, name
}
