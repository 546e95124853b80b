package ssm

import (
	"context"
	"fmt"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Config is what the service works with.
type Config struct {
	Account string
	Region  string
	Store   *store.Store // keeps the parameters
}

// Service is the Parameter Store of one account and Region. It is safe for
// concurrent use.
type Service struct {
	Config
	started time.Time

	mu         sync.RWMutex
	parameters map[string]*parameter // by name; replaced as a whole, never changed
}

// kept is the bucket of the store: parameters by name.
const kept = "ssm/parameters"

// New returns the Parameter Store with the parameters in the store.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, started: time.Now(), parameters: map[string]*parameter{}}
	err := store.LoadJSON(config.Store, kept, func(name string, p *parameter) error {
		s.parameters[name] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take over the parameters of the run before: %w", err)
	}
	return s, nil
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "ssm", Protocol: frontdoor.JSON11, TargetPrefix: "AmazonSSM",
		Operations: []frontdoor.Operation{
			frontdoor.Op("GetParameter", s.getAccess, s.get),
			frontdoor.Op("GetParameters", s.getSeveralAccess, s.getSeveral),
			frontdoor.Op("GetParametersByPath", s.byPathAccess, s.byPath),
			frontdoor.Op("DescribeParameters", s.describeAccess, s.describe),
			frontdoor.Op("PutParameter", s.putAccess, s.put),
			frontdoor.Op("DeleteParameter", s.deleteAccess, s.delete),
		},
	}}
}

// arn is the ARN of a parameter, in which a slash stands before each name.
func (s *Service) arn(name string) string {
	if name == "" || name[0] != '/' {
		name = "/" + name
	}
	return "arn:aws:ssm:" + s.Region + ":" + s.Account + ":parameter" + name
}

func (s *Service) accesses(action string, names ...string) []iam.Access {
	accesses := make([]iam.Access, 0, len(names))
	for _, name := range names {
		accesses = append(accesses, iam.Access{Action: "ssm:" + action, Resource: s.arn(s.reference(name).name)})
	}
	return accesses
}

func (s *Service) describeAccess(context.Context, *describeInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "ssm:DescribeParameters", Resource: "arn:aws:ssm:" + s.Region + ":" + s.Account + ":*"}}, nil
}

// validation is the error of input that breaks a rule of the API.
func validation(format string, args ...any) error {
	return frontdoor.Errorf("ValidationException", format, args...)
}
