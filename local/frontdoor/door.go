package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"eda-demo/local/iam"
)

// Door dispatches calls to the registered services. Register everything before
// the first call.
type Door struct {
	directory *iam.Directory
	log       *slog.Logger
	hosts     map[string]bool
	anyHost   bool
	pages     http.Handler

	bodyTimeout time.Duration
	faults      Faults // nil if there are none

	byName   map[string]*endpoint   // by Service.Name
	byTarget map[string]*endpoint   // by Service.TargetPrefix
	bySigner map[string][]*endpoint // by signing name
}

type endpoint struct {
	Service
	operations map[string]Operation
	rest       *http.ServeMux // RESTJSON
	routes     []xmlRoute     // RESTXML
}

// New returns a door without services. pages answers unsigned requests that
// are no API calls, such as a browser's.
func New(directory *iam.Directory, log *slog.Logger, pages http.Handler) *Door {
	return &Door{
		directory: directory, log: log, pages: pages, hosts: map[string]bool{}, bodyTimeout: presetBodyTimeout,
		byName: map[string]*endpoint{}, byTarget: map[string]*endpoint{}, bySigner: map[string][]*endpoint{},
	}
}

// Register adds services. Registering a name, a target prefix or an operation
// twice is a programming error.
func (d *Door) Register(services ...Service) {
	for _, service := range services {
		d.register(service)
	}
}

func (d *Door) register(service Service) {
	if d.byName[service.Name] != nil {
		panic("frontdoor: service " + service.Name + " registered twice")
	}
	if service.TargetPrefix != "" && d.byTarget[service.TargetPrefix] != nil {
		panic("frontdoor: target prefix " + service.TargetPrefix + " registered twice")
	}
	e := &endpoint{Service: service, operations: map[string]Operation{}, rest: http.NewServeMux()}
	for _, operation := range service.Operations {
		if _, twice := e.operations[operation.name]; twice {
			panic("frontdoor: operation " + service.Name + "." + operation.name + " registered twice")
		}
		e.operations[operation.name] = operation
		e.addRoute(d, operation)
	}
	d.byName[service.Name] = e
	if service.TargetPrefix != "" {
		d.byTarget[service.TargetPrefix] = e
	}
	d.bySigner[service.signingName()] = append(d.bySigner[service.signingName()], e)
}

func (e *endpoint) addRoute(d *Door, operation Operation) {
	switch {
	case operation.pattern == "":
	case e.Protocol == RESTXML:
		e.routes = append(e.routes, newXMLRoute(operation))
	default:
		e.rest.Handle(operation.pattern, restHandler{d, e, operation})
	}
}

// Services returns the registered services by their names.
func (d *Door) Services() []Service {
	var all []Service
	for _, name := range slices.Sorted(maps.Keys(d.byName)) {
		all = append(all, d.byName[name].Service)
	}
	return all
}

// Directory returns the account's roles.
func (d *Door) Directory() *iam.Directory { return d.directory }

type callerKey struct{}

// Caller returns who makes the call that ctx belongs to.
func Caller(ctx context.Context) iam.Principal {
	p, _ := ctx.Value(callerKey{}).(iam.Principal)
	return p
}

// perform authorizes and runs an operation. A panic of the operation is logged
// and answered as an internal failure: no request may end the runner.
func (d *Door) perform(ctx context.Context, p iam.Principal, e *endpoint, op Operation, input any) (output any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			d.log.Error("operation panicked", "service", e.Name, "operation", op.name, "cause", cause, "stack", string(debug.Stack()))
			output, err = nil, internalFailure()
		}
	}()
	if refusal := e.tokenRefusal(p); refusal != nil {
		return nil, refusal
	}
	ctx = context.WithValue(ctx, callerKey{}, p)
	accesses, err := op.access(ctx, input)
	if err != nil {
		return nil, err
	}
	for _, access := range accesses {
		if err := d.directory.Authorize(p, access); err != nil {
			return nil, d.refusal(e, err)
		}
	}
	return d.do(ctx, e, op, input)
}

// Authorize decides an access that only becomes known while an operation of
// the named service runs, and returns the service's error if it is refused.
func (d *Door) Authorize(p iam.Principal, service string, access iam.Access) error {
	e := d.byName[service]
	if e == nil {
		return fmt.Errorf("authorize %s: no such service %s", access.Action, service)
	}
	if err := d.directory.Authorize(p, access); err != nil {
		return d.refusal(e, err)
	}
	return nil
}

// refused is the service's error with the denial kept for errors.As.
type refused struct {
	answer *Error
	denied *iam.Denied
}

func (r refused) Error() string   { return r.answer.Error() }
func (r refused) Unwrap() []error { return []error{r.answer, r.denied} }

func (d *Door) refusal(e *endpoint, err error) error {
	var denied *iam.Denied
	if !errors.As(err, &denied) {
		return err
	}
	return refused{e.denied(denied), denied}
}

// toError turns any error of an operation into one that a client may see. What
// failed because the caller has gone is not worth a line in the log.
func (d *Door) toError(ctx context.Context, service, operation string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if ctx.Err() == nil {
		d.log.Error("operation failed", "service", service, "operation", operation, "error", err)
	}
	return internalFailure()
}
