package ecr

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// Resources returns the handler of AWS::ECR::Repository.
func (s *Service) Resources() map[string]resource.Type {
	schema := resource.Schema{NotEmpty: []string{"RepositoryName"}, Name: "RepositoryName", Immutable: []string{"RepositoryName"}}
	return map[string]resource.Type{"AWS::ECR::Repository": schema.Type(s.create, s.update, s.remove)}
}

// properties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
// that are supported. The policies and EmptyOnDelete are about images, of
// which there are none.
type properties struct {
	RepositoryName             string
	ImageTagMutability         string
	ImageScanningConfiguration struct{ ScanOnPush resource.Bool }
	LifecyclePolicy            lifecyclePolicy
	RepositoryPolicyText       json.RawMessage
	EmptyOnDelete              resource.Bool
	Tags                       []resource.Tag
}

type lifecyclePolicy struct {
	LifecyclePolicyText string
	RegistryID          string `json:"RegistryId"`
}

const (
	mutable   = "MUTABLE"
	immutable = "IMMUTABLE"
)

func (s *Service) create(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	p, err := s.read(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(definition.PhysicalID, p.RepositoryName, strings.ToLower(definition.Name(maxName)))
	if err := checkName(name); err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there, exists := s.repositories[name]
	if exists && !definition.TakesUp() {
		return resource.Instance{}, frontdoor.Errorf("RepositoryAlreadyExistsException", "The repository with name '%s' already exists in the registry with id '%s'", name, s.Account)
	}
	if !exists {
		there = repository{Name: name, Created: time.Now().UTC()}
	}
	return s.configure(there, p)
}

func (s *Service) update(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	p, err := s.read(next)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there, exists := s.repositories[previous.PhysicalID]
	if !exists {
		return resource.Instance{}, s.notFound(previous.PhysicalID)
	}
	return s.configure(there, p)
}

func (s *Service) remove(_ context.Context, definition resource.Definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := definition.PhysicalID
	if err := s.Store.Update(func(tx *store.Tx) { tx.Delete(kept, name) }); err != nil {
		return fmt.Errorf("delete repository %s: %w", name, err)
	}
	delete(s.repositories, name)
	return nil
}

// configure keeps a repository with its new properties. The caller holds the
// lock.
func (s *Service) configure(r repository, p properties) (resource.Instance, error) {
	r.TagMutability = cmp.Or(p.ImageTagMutability, mutable)
	r.ScanOnPush = bool(p.ImageScanningConfiguration.ScanOnPush)
	if err := s.Store.Update(func(tx *store.Tx) { tx.Put(kept, r.Name, r) }); err != nil {
		return resource.Instance{}, fmt.Errorf("set repository %s: %w", r.Name, err)
	}
	s.repositories[r.Name] = r
	return resource.Instance{ID: r.Name, Attributes: map[string]any{"Arn": s.arn(r.Name), "RepositoryUri": s.uri(r.Name)}}, nil
}

// read reads the properties and refuses those that ECR refuses.
func (s *Service) read(definition resource.Definition) (properties, error) {
	var p properties
	if err := definition.Decode(&p); err != nil {
		return p, err
	}
	if p.ImageTagMutability != "" && p.ImageTagMutability != mutable && p.ImageTagMutability != immutable {
		return p, fmt.Errorf("property ImageTagMutability: %q is neither %s nor %s", p.ImageTagMutability, mutable, immutable)
	}
	if len(p.RepositoryPolicyText) > 0 {
		if _, err := iam.ParseResourcePolicy(p.RepositoryPolicyText); err != nil {
			return p, fmt.Errorf("property RepositoryPolicyText: %w", err)
		}
	}
	return p, p.LifecyclePolicy.check(s.Account)
}

func (l lifecyclePolicy) check(account string) error {
	if l.RegistryID != "" && l.RegistryID != account {
		return fmt.Errorf("property LifecyclePolicy.RegistryId: %s is another account", l.RegistryID)
	}
	if l.LifecyclePolicyText == "" {
		return nil
	}
	var document struct {
		Rules []json.RawMessage `json:"rules"`
	}
	if err := json.Unmarshal([]byte(l.LifecyclePolicyText), &document); err != nil {
		return fmt.Errorf("property LifecyclePolicy.LifecyclePolicyText: %w", err)
	}
	if len(document.Rules) == 0 {
		return errors.New("property LifecyclePolicy.LifecyclePolicyText: it has no rules")
	}
	return nil
}

// maxName is how many characters the name of a repository may have.
const maxName = 256

var namePattern = regexp.MustCompile(`^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$`)

func checkName(name string) error {
	if len(name) < 2 || len(name) > maxName || !namePattern.MatchString(name) {
		return fmt.Errorf("property RepositoryName: %q is not 2 to %d lower-case letters and digits, with single . _ - or / between them", name, maxName)
	}
	return nil
}
