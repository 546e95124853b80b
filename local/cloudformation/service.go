package cloudformation

import (
	"context"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
)

// Config is what the service needs.
type Config struct {
	Account, Region string
	Engine          *provision.Engine
	// Types are the resource types that DescribeType knows.
	Types resource.Registry
	// Objects reads templates for TemplateURL; nil: there are none.
	Objects Objects
}

// Objects is Amazon S3, as far as templates are kept there.
type Objects interface {
	// ReadURL returns an object of at most limit bytes, by an URL in one of
	// S3's styles, on behalf of the caller of the operation at work. A refusal
	// that the client may see is a *frontdoor.Error.
	ReadURL(ctx context.Context, url string, limit int64) ([]byte, error)
}

// Service is CloudFormation for one account and Region. It is safe for
// concurrent use.
type Service struct {
	config Config

	mu         sync.Mutex
	changeSets map[string][]*changeSet // by the stack's id, the newest last
}

// New returns the service for the engine's stacks.
func New(config Config) *Service {
	return &Service{config: config, changeSets: map[string][]*changeSet{}}
}

const validationError = "ValidationError"

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "cloudformation", Protocol: frontdoor.Query, Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
		DeniedCode: "AccessDenied", InvalidCode: validationError,
		Operations: append(append(s.changing(), s.changeSetOperations()...), s.showing()...),
	}}
}

func (s *Service) changing() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("CreateStack", onStack[createStackInput](s, "CreateStack"), s.createStack),
		frontdoor.Op("UpdateStack", onStack[updateStackInput](s, "UpdateStack"), s.updateStack),
		frontdoor.Op("DeleteStack", onStack[deleteStackInput](s, "DeleteStack"), s.deleteStack),
		frontdoor.Op("RollbackStack", onStack[rollbackInput](s, "RollbackStack"), s.rollbackStack),
		frontdoor.Op("ContinueUpdateRollback", onStack[continueInput](s, "ContinueUpdateRollback"), s.continueUpdateRollback),
		frontdoor.Op("UpdateTerminationProtection", onStack[protectInput](s, "UpdateTerminationProtection"), s.updateTerminationProtection),
	}
}

func (s *Service) changeSetOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("CreateChangeSet", onStack[createChangeSetInput](s, "CreateChangeSet"), s.createChangeSet),
		frontdoor.Op("DescribeChangeSet", onStack[describeChangeSetInput](s, "DescribeChangeSet"), s.describeChangeSet),
		frontdoor.Op("ExecuteChangeSet", onStack[executeChangeSetInput](s, "ExecuteChangeSet"), s.executeChangeSet),
		frontdoor.Op("DeleteChangeSet", onStack[deleteChangeSetInput](s, "DeleteChangeSet"), s.deleteChangeSet),
		frontdoor.Op("ListChangeSets", onStack[listChangeSetsInput](s, "ListChangeSets"), s.listChangeSets),
		frontdoor.Op("ListHookResults", onAll[listHookResultsInput]("ListHookResults"), s.listHookResults),
	}
}

func (s *Service) showing() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("DescribeStacks", onStack[describeStacksInput](s, "DescribeStacks"), s.describeStacks),
		frontdoor.Op("ListStacks", onAll[listStacksInput]("ListStacks"), s.listStacks),
		frontdoor.Op("ListStackResources", onStack[listResourcesInput](s, "ListStackResources"), s.listResources),
		frontdoor.Op("DescribeStackResource", onStack[describeResourceInput](s, "DescribeStackResource"), s.describeResource),
		frontdoor.Op("DescribeStackResources", onStack[describeResourcesInput](s, "DescribeStackResources"), s.describeResources),
		frontdoor.Op("DescribeStackEvents", onStack[stackEventsInput](s, "DescribeStackEvents"), s.describeStackEvents),
		frontdoor.Op("DescribeEvents", onStack[describeEventsInput](s, "DescribeEvents"), s.describeEvents),
		frontdoor.Op("GetTemplate", onStack[getTemplateInput](s, "GetTemplate"), s.getTemplate),
		frontdoor.Op("GetTemplateSummary", onStack[getTemplateSummaryInput](s, "GetTemplateSummary"), s.getTemplateSummary),
		frontdoor.Op("ValidateTemplate", onAll[validateTemplateInput]("ValidateTemplate"), s.validateTemplate),
		frontdoor.Op("DescribeType", onAll[describeTypeInput]("DescribeType"), s.describeType),
		frontdoor.Op("ListExports", onAll[listExportsInput]("ListExports"), s.listExports),
		frontdoor.Op("ListImports", onAll[listImportsInput]("ListImports"), s.listImports),
	}
}
