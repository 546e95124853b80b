package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"eda-demo/local/assembly"
	"eda-demo/local/cloudformation"
	"eda-demo/local/cloudwatch"
	"eda-demo/local/console"
	"eda-demo/local/delivery"
	"eda-demo/local/dynamodb"
	"eda-demo/local/eventbridge"
	"eda-demo/local/frontdoor"
	"eda-demo/local/httpapi"
	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/lambda"
	"eda-demo/local/logs"
	"eda-demo/local/resource"
	"eda-demo/local/sns"
	"eda-demo/local/sqs"
	"eda-demo/local/stack"
	"eda-demo/local/stepfunctions"
	"eda-demo/local/store"
	"eda-demo/local/sts"
)

// mailsKept is how many mails the inbox holds.
const mailsKept = 5000

// awsService is a stand-in for one of AWS's services: operations, and
// resource types that it creates.
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
	functions *lambda.Service
	machines  *stepfunctions.Service
	apis      *httpapi.Service
	stacks    *cloudformation.Service

	background sync.WaitGroup
	cancel     context.CancelFunc // of what runs in the background
}

// surroundings is what the services get from the runner.
type surroundings struct {
	endpoint  string // URL
	options   options
	assembly  *assembly.Assembly
	listeners *listeners
	store     *store.Store
	log       *slog.Logger
	screen    *terminal
}

func newServices(w surroundings) (*services, error) {
	directory := iam.NewDirectory(account)
	directory.Observe(w.screen.denial)
	box, err := inbox.New(mailsKept, w.store)
	if err != nil {
		return nil, err
	}
	s := &services{
		queue: delivery.New(w.log, w.options.backoff, w.store), registry: resource.Registry{}, console: console.New(box),
	}
	s.door = frontdoor.New(directory, w.log, s.console)
	if w.options.allowRemote {
		s.door.AllowAnyHost()
	}
	s.console.Connect(s.door)
	s.console.ShowPermissions(directory.Report)
	tables, err := dynamodb.New(dynamodb.Config{Account: account, Region: region, Store: w.store, Log: w.log})
	if err == nil {
		err = errors.Join(s.addQueuesLogsAndMachines(w), s.addTopics(w, box), s.addFunctions(w, tables))
	}
	if err != nil {
		s.queue.Close()
		return nil, err
	}
	s.apis = httpapi.New(httpapi.Config{
		Account: account, Region: region, Door: s.door, Log: w.log,
		Listen: w.listeners.API, AllowRemote: w.options.allowRemote,
	})
	s.stacks = cloudformation.New(account, region)
	s.add(
		tables, s.functions, s.apis, s.stacks,
		eventbridge.New(eventbridge.Config{
			Account: account, Region: region, Door: s.door, Queue: s.queue, Log: w.log,
			Observer: eventbridge.Observer{Accepted: w.screen.event, DeadLettered: w.screen.deadLetter},
		}),
		sts.New(account, directory),
	)
	s.registry.Add(directory.Resources())
	s.registry.Add(cloudwatch.Resources())
	var background context.Context
	background, s.cancel = context.WithCancel(context.Background())
	s.background.Go(func() { tables.Run(background) })
	return s, nil
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

func (s *services) addFunctions(w surroundings, streams lambda.Streams) error {
	var err error
	s.functions, err = lambda.New(lambda.Config{
		Account: account, Region: region, Door: s.door, Queue: s.queue, Log: w.log,
		Code: w.assembly, Streams: streams, Endpoint: w.endpoint, RetryScale: w.options.backoff, Store: w.store,
	})
	return err
}

func (s *services) add(all ...awsService) {
	for _, service := range all {
		s.door.Register(service.API()...)
		s.registry.Add(service.Resources())
	}
}

// show has the console and CloudFormation show what runs.
func (s *services) show(endpoint string, created *stack.Stack, template []byte) {
	s.stacks.Show(created, template)
	overview := console.Overview{Stack: created.Name, Endpoint: endpoint, Region: region, APIs: named(s.apis.Endpoints()), Outputs: named(created.Outputs())}
	for _, r := range created.Resources() {
		overview.Resources = append(overview.Resources, console.Resource{LogicalID: r.LogicalID, Type: r.Type, PhysicalID: r.PhysicalID})
	}
	s.console.Show(overview)
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

// close stops everything: first what brings in work, then what works.
func (s *services) close(ctx context.Context, log *slog.Logger) {
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
