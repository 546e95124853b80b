package lambda

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/program"
	"eda-demo/local/resource"
)

// Resources returns the resource types that the service manages.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::Lambda::Function": resource.Schema{
			Required: []string{"Code", "Role"}, NotEmpty: []string{"FunctionName", "MemorySize", "Timeout"},
			Name: "FunctionName", Immutable: []string{"FunctionName", "PackageType"},
		}.Type(s.createFunction, s.updateFunction, s.deleteFunction),
		"AWS::Lambda::Version": resource.Schema{
			Required: []string{"FunctionName"}, Immutable: []string{"FunctionName", "Description", "CodeSha256"},
		}.Type(s.createVersion, nil, s.deleteVersion),
		"AWS::Lambda::Alias": resource.Schema{
			Required: []string{"FunctionName", "FunctionVersion", "Name"}, Immutable: []string{"FunctionName", "Name"},
		}.Type(s.createAlias, s.updateAlias, s.deleteAlias),
		"AWS::Lambda::Permission": resource.Schema{
			Required:  []string{"Action", "FunctionName", "Principal"},
			Immutable: []string{"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"},
		}.Type(s.createPermission, nil, s.deletePermission),
		"AWS::Lambda::EventSourceMapping": resource.Schema{
			Required: []string{"FunctionName"}, NotEmpty: []string{"BatchSize", "ParallelizationFactor"},
			Immutable: []string{"EventSourceArn", "StartingPosition", "StartingPositionTimestamp"},
		}.Type(s.createMapping, s.updateMapping, s.deleteMapping),
		"AWS::Lambda::EventInvokeConfig": resource.Schema{
			Required: []string{"FunctionName", "Qualifier"}, NotEmpty: []string{"MaximumEventAgeInSeconds"},
			Immutable: []string{"FunctionName", "Qualifier"},
		}.Type(s.createEventInvoke, s.updateEventInvoke, s.deleteEventInvoke),
	}
}

// createFunction creates an AWS::Lambda::Function. Nothing is kept of
// functions: after a restart they are what the template says, without what
// the API has changed meanwhile.
func (s *Service) createFunction(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	set, err := readSettings(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(definition.PhysicalID, set.FunctionName, definition.Name(64))
	if s.state.function(name) != nil {
		return resource.Instance{}, functionExists(name)
	}
	code, err := s.open(set.Code)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property Code: %w", err)
	}
	f, err := s.addFunction(name, set, code)
	if err != nil {
		return resource.Instance{}, err
	}
	return f.instance(), nil
}

func readSettings(definition resource.Definition) (settings, error) {
	var set settings
	if err := definition.Decode(&set); err != nil {
		return settings{}, err
	}
	set.setDefaults()
	return set, set.check()
}

func functionExists(name string) *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceConflictException", Status: 409, Message: "Function already exist: " + name}
}

func (f *function) instance() resource.Instance {
	return resource.Instance{ID: f.name, Attributes: map[string]any{"Arn": f.arn}}
}

// updateFunction updates an AWS::Lambda::Function.
func (s *Service) updateFunction(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	set, err := readSettings(next)
	if err != nil {
		return resource.Instance{}, err
	}
	f := s.state.function(next.PhysicalID)
	if f == nil {
		return resource.Instance{}, s.notFound(s.arnPrefix() + next.PhysicalID)
	}
	f.changing.Lock()
	defer f.changing.Unlock()
	code, deployed, err := s.deploy(f, previous, next, set.Code)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property Code: %w", err)
	}
	if err := s.change(f, set, code); err != nil {
		return resource.Instance{}, err
	}
	f.deployed = deployed
	return f.instance(), nil
}

// deploy returns the program that a function has by its template, and its
// folder. Where the template names the same code as before, what the API has
// replaced it by stays, as on AWS, and the code need not be there any more.
func (s *Service) deploy(f *function, previous, next resource.Definition, at code) (*program.Program, string, error) {
	var before struct{ Code code }
	named := json.Unmarshal(previous.Properties, &before) == nil && before.Code == at
	found, err := s.open(at)
	switch {
	case err != nil && named:
		return f.now().program, f.deployed, nil
	case err != nil:
		return nil, "", err
	case found.Dir == f.deployed && named:
		s.release(found)
		return f.now().program, f.deployed, nil
	}
	return found, found.Dir, nil
}

// change configures a function, if that makes a difference; f.changing is
// held. The use of the code, if it is another program than before, is taken
// over.
func (s *Service) change(f *function, set settings, code *program.Program) error {
	previous := f.now()
	if code == previous.program && reflect.DeepEqual(set, previous.settings) {
		return nil
	}
	next, err := s.newRevision(f, set, code)
	if err != nil {
		if code != previous.program {
			s.release(code)
		}
		return err
	}
	return s.configure(f, next)
}

// deleteFunction deletes an AWS::Lambda::Function.
func (s *Service) deleteFunction(_ context.Context, definition resource.Definition) error {
	s.removeFunction(definition.PhysicalID)
	return nil
}
