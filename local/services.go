package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"eda-demo/local/chaos"
	"eda-demo/local/cloudcontrol"
	"eda-demo/local/cloudformation"
	"eda-demo/local/cloudwatch"
	"eda-demo/local/codedeploy"
	"eda-demo/local/console"
	"eda-demo/local/delivery"
	"eda-demo/local/dynamodb"
	"eda-demo/local/ecr"
	"eda-demo/local/eventbridge"
	"eda-demo/local/frontdoor"
	"eda-demo/local/httpapi"
	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/lambda"
	"eda-demo/local/logs"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
	"eda-demo/local/s3"
	"eda-demo/local/sns"
	"eda-demo/local/sqs"
	"eda-demo/local/ssm"
	"eda-demo/local/stepfunctions"
	"eda-demo/local/store"
	"eda-demo/local/sts"
)

// mailsKept is how many mails the inbox holds.
const mailsKept = 5000

// awsService is a stand-in for one of AWS's services: operations, and
// resource types that it manages.
type awsService interface {
	API() []frontdoor.Service
	Resources() map[string]resource.Type
}

// services are the stand-ins for AWS's services, wired to each other through
// the front door.
type services struct {
	door      *frontdoor.Door
	queue     *delivery.Queue
	registry  resource.Registry
	console   *console.Console
	directory *iam.Directory
	functions *lambda.Service
	machines  *stepfunctions.Service
	apis      *httpapi.Service
	objects   *s3.Service
	stacks    *provision.Engine
	programs  *assemblies
	faults    *chaos.Injector // nil if there are none

	background sync.WaitGroup
	cancel     context.CancelFunc // of what runs in the background
}

// surroundings is what the services get from the runner.
type surroundings struct {
	endpoint  string // URL
	options   options
	listeners *listeners
	store     *store.Store
	files     string // folder for objects and unpacked programs
	log       *slog.Logger
	screen    *terminal
}

func newServices(w surroundings) (*services, error) {
	s := &services{registry: resource.Registry{}, directory: iam.NewDirectory(account), programs: &assemblies{}}
	s.directory.Observe(w.screen.denial)
	box, err := inbox.New(mailsKept, w.store)
	if err != nil {
		return nil, err
	}
	s.queue = delivery.New(w.log, w.options.backoff, w.store)
	s.console = console.New(box)
	s.door = frontdoor.New(s.directory, w.log, s.console)
	if w.options.allowRemote {
		s.door.AllowAnyHost()
	}
	s.disturb(w)
	s.console.Connect(s.door)
	s.console.ShowPermissions(s.directory.Report)
	for _, add := range []func(surroundings) error{s.addObjects, s.addTables, s.addQueuesLogsAndMachines, s.addParameters} {
		if err == nil {
			err = add(w)
		}
	}
	if err == nil {
		err = s.addTopics(w, box)
	}
	if err == nil {
		err = s.addStacks(w)
	}
	if err != nil {
		s.queue.Close()
		return nil, err
	}
	return s, nil
}

// disturb has things go wrong, if that is wanted.
func (s *services) disturb(w surroundings) {
	if len(w.options.chaos) == 0 {
		return
	}
	s.faults = chaos.New(w.options.chaos, w.options.seed, w.screen.fault)
	s.door.Disturb(s.faults)
	s.queue.Disturb(s.faults)
}

// processesUnderFaults is more than a machine's cores are good for: under faults
// most processes wait for the SDK to try again.
const processesUnderFaults = 16

// processes is how many processes of a function run at a time.
func (s *services) processes() int {
	if s.faults == nil {
		return lambda.DefaultMaxProcesses()
	}
	return max(processesUnderFaults, lambda.DefaultMaxProcesses())
}

// addTables adds the tables, the functions that read their streams, and what
// calls functions.
func (s *services) addTables(w surroundings) error {
	tables, err := dynamodb.New(dynamodb.Config{Account: account, Region: region, Store: w.store, Log: w.log})
	if err != nil {
		return err
	}
	s.functions, err = lambda.New(lambda.Config{
		Account: account, Region: region, Door: s.door, Queue: s.queue, Log: w.log, Code: lambda.CodeFunc(s.code),
		Programs: filepath.Join(w.files, "programs"), Streams: tables, Endpoint: w.endpoint, RetryScale: w.options.backoff, Store: w.store, Faults: s.faults,
		MaxProcesses: s.processes(),
	})
	if err != nil {
		return err
	}
	s.apis = httpapi.New(httpapi.Config{
		Account: account, Region: region, Door: s.door, Log: w.log, Store: w.store,
		Listen: w.listeners.API, AllowRemote: w.options.allowRemote,
	})
	buses, err := eventbridge.New(eventbridge.Config{
		Account: account, Region: region, Door: s.door, Queue: s.queue, Log: w.log, Store: w.store, Faults: s.faults,
		Observer: eventbridge.Observer{Accepted: w.screen.event, DeadLettered: w.screen.deadLetter},
	})
	if err != nil {
		return err
	}
	s.add(tables, s.functions, s.apis, buses)
	var background context.Context
	background, s.cancel = context.WithCancel(context.Background())
	s.background.Go(func() { tables.Run(background) })
	return nil
}

// code finds the code of a function: an uploaded object, or an asset of an
// assembly that was not uploaded.
func (s *services) code(bucket, key string) (path string, err error) {
	path, _, err = s.objects.Archive(bucket, key)
	if err == nil {
		return path, nil
	}
	if folder, found := s.programs.code(key); found == nil || !errors.Is(found, fs.ErrNotExist) {
		return folder, found
	}
	return "", fmt.Errorf("%w: %w", fs.ErrNotExist, err)
}

func (s *services) addQueuesLogsAndMachines(w surroundings) error {
	queues, err := sqs.New(account, region, w.endpoint, w.store)
	if err != nil {
		return err
	}
	groups, err := logs.New(account, region, w.store)
	if err != nil {
		return err
	}
	s.machines, err = stepfunctions.New(stepfunctions.Config{Account: account, Region: region, Door: s.door, Store: w.store, Log: w.log})
	if err != nil {
		return err
	}
	s.add(queues, groups, s.machines)
	return nil
}

func (s *services) addTopics(w surroundings, box *inbox.Box) error {
	topics, err := sns.New(sns.Config{
		Account: account, Region: region, Endpoint: w.endpoint, Door: s.door, Queue: s.queue, Mailer: box, Store: w.store, Log: w.log,
	})
	if err != nil {
		return err
	}
	s.add(topics)
	return nil
}

func (s *services) addObjects(w surroundings) error {
	var err error
	s.objects, err = s3.New(s3.Config{
		Account: account, Region: region, Dir: filepath.Join(w.files, "objects"), Door: s.door, Store: w.store, Log: w.log,
		Stored: s.prepare,
	})
	if err != nil {
		return err
	}
	s.add(s.objects)
	return nil
}

// addParameters adds what the account has beside the app's services.
func (s *services) addParameters(w surroundings) error {
	parameters, err := ssm.New(ssm.Config{Account: account, Region: region, Store: w.store})
	if err != nil {
		return err
	}
	repositories, err := ecr.New(ecr.Config{Account: account, Region: region, Store: w.store})
	if err != nil {
		return err
	}
	s.add(parameters, repositories, sts.New(account, s.directory),
		codedeploy.New(codedeploy.Config{Account: account, Directory: s.directory}))
	s.registry.Add(s.directory.Resources())
	s.registry.Add(cloudwatch.Resources())
	return nil
}

// addStacks adds what manages the resources of all services.
func (s *services) addStacks(w surroundings) error {
	var err error
	s.stacks, err = provision.New(provision.Config{
		Account: account, Region: region, Registry: s.registry, Store: w.store, Log: w.log,
		Parameter: s.parameter, Observe: w.screen.provisioned,
	})
	if err != nil {
		return err
	}
	s.door.Register(cloudcontrol.New(s.stacks).API()...)
	s.door.Register(cloudformation.New(cloudformation.Config{
		Account: account, Region: region, Engine: s.stacks, Types: s.registry,
		Objects: templates{s.objects, s.door},
	}).API()...)
	return nil
}

// prepare has what may be the code of a function unpacked while a client goes
// on: nothing else takes long in a deployment.
func (s *services) prepare(bucket, key string) {
	if strings.HasSuffix(key, ".zip") {
		s.functions.Prepare(bucket, key)
	}
}

// parameter is the value of a parameter of Systems Manager.
func (s *services) parameter(ctx context.Context, name string) (value string, found bool, err error) {
	var out struct{ Parameter struct{ Value string } }
	err = s.door.Call(ctx, iam.Admin(account), "ssm", "GetParameter", map[string]any{"Name": name}, &out)
	if frontdoor.Code(err) == "ParameterNotFound" {
		return "", false, nil
	}
	return out.Parameter.Value, err == nil, err
}

func (s *services) add(all ...awsService) {
	for _, service := range all {
		s.door.Register(service.API()...)
		s.registry.Add(service.Resources())
	}
}

// overview is what the console shows.
func (s *services) overview(endpoint string) console.Overview {
	shown := console.Overview{Endpoint: endpoint, Region: region, APIs: named(s.apis.Endpoints())}
	for _, there := range s.stacks.Stacks() {
		if there.Status == provision.DeleteComplete {
			continue
		}
		stack := console.Stack{Name: there.Name, Status: string(there.Status), Outputs: named(there.Values())}
		for _, r := range there.Resources {
			stack.Resources = append(stack.Resources, console.Resource{LogicalID: r.LogicalID, Type: r.Type, PhysicalID: r.PhysicalID})
		}
		shown.Stacks = append(shown.Stacks, stack)
	}
	return shown
}

func named(values map[string]string) []console.Named {
	var list []console.Named
	for name, value := range values {
		list = append(list, console.Named{Name: name, Value: value})
	}
	slices.SortFunc(list, func(a, b console.Named) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// resume takes up what an earlier process left to do.
func (s *services) resume() error {
	s.machines.Resume()
	return s.queue.Resume()
}

// answerTime is how long requests in flight may take at the end. A browser's
// open connection that never sent anything takes all of it.
const answerTime = time.Second

// close stops everything: first what changes stacks, then what brings in work,
// then what works.
func (s *services) close(ctx context.Context, log *slog.Logger) {
	s.stacks.Close()
	answered, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	if err := s.apis.Close(answered); err != nil {
		log.Warn("stopping the HTTP APIs", "error", err)
	}
	s.functions.StopMappings()
	s.queue.Close()
	s.machines.Close()
	if err := s.functions.Close(ctx); err != nil {
		log.Warn("stopping the Lambda functions", "error", err)
	}
	s.cancel()
	s.background.Wait()
}
