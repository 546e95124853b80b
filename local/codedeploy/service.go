package codedeploy

import (
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// Config is what the service needs.
type Config struct {
	Account   string
	Directory *iam.Directory
}

// Service is CodeDeploy for one account and Region. It is safe for concurrent
// use.
type Service struct {
	config Config

	mu           sync.Mutex
	applications map[string]map[string]bool // the names of the groups, by application
}

// New returns the service without applications.
func New(config Config) *Service {
	return &Service{config: config, applications: map[string]map[string]bool{}}
}

// API returns no operations: applications are made by templates only.
func (s *Service) API() []frontdoor.Service { return nil }

// Resources returns the resource types that the service manages. Nothing is
// kept of them: after a restart they are made anew from their definitions.
func (s *Service) Resources() map[string]resource.Type {
	application := resource.Schema{
		NotEmpty: []string{"ApplicationName"}, Name: "ApplicationName",
		Immutable: []string{"ApplicationName", "ComputePlatform"},
	}
	group := resource.Schema{
		Required: []string{"ApplicationName", "ServiceRoleArn"}, NotEmpty: []string{"DeploymentGroupName"},
		Name: "DeploymentGroupName", Immutable: []string{"ApplicationName", "DeploymentGroupName"},
	}
	return map[string]resource.Type{
		applicationType: application.Type(s.createApplication, s.updateApplication, s.deleteApplication),
		groupType:       group.Type(s.createGroup, s.updateGroup, s.deleteGroup),
	}
}

// The names of the resource types.
const (
	applicationType = "AWS::CodeDeploy::Application"
	groupType       = "AWS::CodeDeploy::DeploymentGroup"
)

// maxName is how many characters a name may have.
const maxName = 100

func alreadyExists(kind, name string) error {
	return frontdoor.Errorf("AlreadyExists", "Resource of type '%s' with identifier '%s' already exists.", kind, name)
}

func notFound(kind, name string) error {
	return frontdoor.Errorf("NotFound", "Resource of type '%s' with identifier '%s' was not found.", kind, name)
}
