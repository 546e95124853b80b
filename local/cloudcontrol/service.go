package cloudcontrol

import (
	"context"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/provision"
)

// Service is Cloud Control for one account and Region. It is safe for
// concurrent use.
type Service struct {
	engine *provision.Engine

	mu       sync.Mutex
	requests []request // the newest last
}

// New returns the service for the engine's resources.
func New(engine *provision.Engine) *Service { return &Service{engine: engine} }

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "cloudcontrol", SigningName: "cloudcontrolapi", Protocol: frontdoor.JSON10, TargetPrefix: "CloudApiService",
		Operations: []frontdoor.Operation{
			frontdoor.Op("GetResource", access[getResourceInput]("GetResource"), s.getResource),
			frontdoor.Op("UpdateResource", access[updateResourceInput]("UpdateResource"), s.updateResource),
			frontdoor.Op("GetResourceRequestStatus", access[getRequestStatusInput]("GetResourceRequestStatus"), s.getRequestStatus),
		},
	}}
}

// access is that of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudcontrolapi.html
// whose actions are CloudFormation's.
func access[In any](action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: "cloudformation:" + action, Resource: "*"}}, nil
	}
}
