// Package ecr stands in for the repositories of Amazon ECR, as far as the
// bootstrap stack of the CDK has one: they can be made, described and deleted.
// Images are not supported, neither pushing nor pulling: a repository is always
// empty, its policies are checked and never used.
//
// API reference: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
package ecr

import (
	"fmt"
	"sync"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Config is what the service works with.
type Config struct {
	Account string
	Region  string
	Store   *store.Store // keeps the repositories
}

// Service is the private registry of one account and Region. It is safe for
// concurrent use.
type Service struct {
	Config

	mu           sync.RWMutex
	repositories map[string]repository // by name
}

// repository is a repository as it is kept.
type repository struct {
	Name          string
	Created       time.Time
	TagMutability string
	ScanOnPush    bool
}

// kept is the bucket of the store: repositories by name.
const kept = "ecr/repositories"

// New returns the registry with the repositories in the store.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, repositories: map[string]repository{}}
	err := store.LoadJSON(config.Store, kept, func(name string, r repository) error {
		s.repositories[name] = r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take over the repositories of the run before: %w", err)
	}
	return s, nil
}

// API returns the service's only operation.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "ecr", Protocol: frontdoor.JSON11, TargetPrefix: "AmazonEC2ContainerRegistry_V20150921",
		InvalidCode: "InvalidParameterException",
		Operations: []frontdoor.Operation{
			frontdoor.Op("DescribeRepositories", s.describeAccess, s.describe),
		},
	}}
}

func (s *Service) arn(name string) string {
	return "arn:aws:ecr:" + s.Region + ":" + s.Account + ":repository/" + name
}

// uri is where images would be pushed to.
func (s *Service) uri(name string) string {
	return s.Account + ".dkr.ecr." + s.Region + ".amazonaws.com/" + name
}
