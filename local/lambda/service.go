package lambda

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"eda-demo/local/chaos"
	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/program"
	"eda-demo/local/lambda/sandbox"
	"eda-demo/local/store"
)

// Streams tells of new records in DynamoDB streams.
type Streams interface {
	// StreamChanged returns a channel that is closed, or sent to, when the
	// stream may have more records than at the time of the call.
	StreamChanged(streamARN string) <-chan struct{}
}

// Config is what the service needs.
type Config struct {
	Account, Region string
	Door            *frontdoor.Door
	Queue           *delivery.Queue
	Log             *slog.Logger
	Code            Code
	// Programs is the folder into which archives of code are unpacked, each as
	// long as a function uses it; no other process may use it. "" is a temporary
	// folder.
	Programs string
	Streams  Streams
	// Store keeps how far event source mappings have read their streams; nil:
	// nothing does. Asynchronous invocations are kept by Queue.
	Store *store.Store
	// Endpoint is the URL at which functions reach AWS, such as
	// "http://127.0.0.1:4566".
	Endpoint string
	// MaxProcesses bounds the processes of one function that run at a time;
	// zero stands for DefaultMaxProcesses(). Further invocations wait for one:
	// AWS would start more environments, but a laptop's cores are soon busy. An
	// invocation gets a process beyond the bound if none became free for a second.
	MaxProcesses int
	// Faults disturbs invocations; nil: nothing does.
	Faults *chaos.Injector
	// RetryScale multiplies the pauses before event source mappings retry: 1 is
	// as on AWS; zero stands for 1.
	RetryScale float64
}

// DefaultMaxProcesses is the number of processes of one function beyond which
// more of them make nothing faster.
func DefaultMaxProcesses() int { return max(4, 2*runtime.NumCPU()) }

const (
	// accountConcurrency is the default quota of an account.
	accountConcurrency = 1000
	// unreservedConcurrency is what reservations must leave of it.
	unreservedConcurrency = 100
	// idleTime is how long an unused process is kept.
	idleTime = 5 * time.Minute
	// patience is how long an invocation waits for one of MaxProcesses.
	patience = time.Second
)

// Service is Lambda for one account and Region. It is safe for concurrent use.
type Service struct {
	config   Config
	programs *sandbox.Server
	folders  *program.Folders
	state    state
	inFlight atomic.Int64 // invocations running or waiting for a process

	mappings  context.Context // done when the service closes
	closeMaps context.CancelFunc
	preparing sync.WaitGroup
}

// New returns Lambda without functions. Its Runtime API listens on a free
// loopback port until Close.
func New(config Config) (*Service, error) {
	if config.MaxProcesses == 0 {
		config.MaxProcesses = DefaultMaxProcesses()
	}
	if config.RetryScale == 0 {
		config.RetryScale = 1
	}
	if config.Store == nil {
		config.Store = store.Memory()
	}
	programs, err := sandbox.Listen()
	if err != nil {
		return nil, err
	}
	s := &Service{config: config, programs: programs, folders: program.NewFolders(config.Programs)}
	s.state.init()
	if err := s.loadNumbers(); err != nil {
		return nil, errors.Join(fmt.Errorf("load the numbers of versions: %w", err), programs.Close(context.Background()))
	}
	s.mappings, s.closeMaps = context.WithCancel(context.Background())
	config.Queue.Handle(asyncKind, asyncWorkers, s.attempt)
	return s, nil
}

// Close stops the event source mappings, ends all processes and writes the
// rest of their logs. Close the delivery queue first, so that no asynchronous
// invocation starts meanwhile.
func (s *Service) Close(ctx context.Context) error {
	s.closeMaps()
	err := s.programs.Close(ctx)
	for _, m := range s.state.allMappings() {
		select {
		case <-m.reading.stopped:
		case <-ctx.Done():
			err = errors.Join(err, fmt.Errorf("stop the event source mapping of %s: %w", m.source, ctx.Err()))
		}
	}
	for _, f := range s.state.allFunctions() {
		for _, v := range s.state.versionsOf(f) {
			v.now().logs.Flush()
		}
	}
	s.preparing.Wait()
	return errors.Join(err, s.folders.Close())
}

// StopMappings begins to stop the event source mappings: call it before the
// delivery queue is closed, which they discard records to. What they have read
// and not handled is read again by the next process.
func (s *Service) StopMappings() { s.closeMaps() }

// Stats are the counts of one function.
type Stats struct {
	sandbox.Stats
	// LostLogLines could not be written, mostly for want of a permission.
	LostLogLines int
}

// Stats returns the counts of all functions by name, and those of published
// versions by name, colon and number.
func (s *Service) Stats() map[string]Stats {
	stats := map[string]Stats{}
	for _, f := range s.state.allFunctions() {
		for _, v := range s.state.versionsOf(f) {
			name := f.name
			if v != f.latest {
				name += ":" + v.name
			}
			stats[name] = Stats{v.runner.Stats(), v.now().logs.Lost()}
		}
	}
	return stats
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "lambda", Protocol: frontdoor.RESTJSON,
		InvalidCode: "InvalidParameterValueException",
		Operations: append(s.functionOperations(),
			s.invokeOperation(),
			frontdoor.Op("ListEventSourceMappings", s.listMappingsAccess, s.listMappings).
				At("GET /2015-03-31/event-source-mappings", 200),
			frontdoor.Op("GetEventSourceMapping", s.getMappingAccess, s.getMapping).
				At("GET /2015-03-31/event-source-mappings/{UUID}", 200),
		),
	}}
}

func (s *Service) functionOperations() []frontdoor.Operation {
	const functions = "/2015-03-31/functions"
	return []frontdoor.Operation{
		frontdoor.Op("ListFunctions", s.listAccess, s.listFunctions).At("GET "+functions, 200),
		frontdoor.Op("GetFunction", s.access("lambda:GetFunction"), s.getFunction).
			At("GET "+functions+"/{FunctionName}", 200),
		frontdoor.Op("GetFunctionConfiguration", s.access("lambda:GetFunctionConfiguration"), s.getConfiguration).
			At("GET "+functions+"/{FunctionName}/configuration", 200),
		frontdoor.Op("UpdateFunctionCode", s.updateCodeAccess, s.updateCode).
			At("PUT "+functions+"/{FunctionName}/code", 200),
		frontdoor.Op("UpdateFunctionConfiguration", s.updateConfigurationAccess, s.updateConfiguration).
			At("PUT "+functions+"/{FunctionName}/configuration", 200),
		frontdoor.Op("PublishVersion", s.publishAccess, s.publishVersion).
			At("POST "+functions+"/{FunctionName}/versions", 201),
		frontdoor.Op("ListVersionsByFunction", s.listOfAccess("lambda:ListVersionsByFunction"), s.listVersions).
			At("GET "+functions+"/{FunctionName}/versions", 200),
		frontdoor.Op("ListAliases", s.listOfAccess("lambda:ListAliases"), s.listAliases).
			At("GET "+functions+"/{FunctionName}/aliases", 200),
		frontdoor.Op("GetAlias", s.aliasAccess("lambda:GetAlias"), s.getAlias).
			At("GET "+functions+"/{FunctionName}/aliases/{Name}", 200),
		frontdoor.Op("UpdateAlias", s.updateAliasAccess, s.updateAliasTo).
			At("PUT "+functions+"/{FunctionName}/aliases/{Name}", 200),
		frontdoor.Op("GetPolicy", s.access("lambda:GetPolicy"), s.getPolicy).
			At("GET "+functions+"/{FunctionName}/policy", 200),
		frontdoor.Op("AddPermission", s.addPermissionAccess, s.addPermission).
			At("POST "+functions+"/{FunctionName}/policy", 201),
		frontdoor.Op("RemovePermission", s.removePermissionAccess, s.removePermission).
			At("DELETE "+functions+"/{FunctionName}/policy/{StatementId}", 204),
		frontdoor.Op("GetFunctionEventInvokeConfig", s.access("lambda:GetFunctionEventInvokeConfig"), s.getEventInvoke).
			At("GET /2019-09-25/functions/{FunctionName}/event-invoke-config", 200),
	}
}
