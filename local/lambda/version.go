package lambda

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"sync/atomic"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/functionlog"
	"eda-demo/local/lambda/sandbox"
	"eda-demo/local/store"
)

// latest is the version that a function's changes are made to.
const latest = "$LATEST"

// version is a function as it can be run: $LATEST, whose revision changes, or
// one that was published, whose revision stays. Each has processes of its own.
type version struct {
	function    *function
	name        string // $LATEST, or a number from 1
	description string // of a published one
	current     atomic.Pointer[revision]
	runner      *sandbox.Function
}

// now is the version as it is configured now; nil before it is for the first
// time.
func (v *version) now() *revision { return v.current.Load() }

// call calls an operation of a service in the version's role.
func (v *version) call(ctx context.Context, service, operation string, in, out any) error {
	return v.now().call(ctx, service, operation, in, out)
}

// arn is the ARN with the version.
func (v *version) arn() string { return v.function.arn + ":" + v.name }

// number is that of a published version, 0 of $LATEST.
func (v *version) number() int {
	n, err := strconv.Atoi(v.name)
	if err != nil {
		return 0
	}
	return n
}

// versionsKept is a bucket of the store: by the name of a function the number
// of the version that was published last. Numbers are never used again, also if
// the function is deleted and created anew.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
const versionsKept = "lambda/versions"

// loadNumbers reads the numbers of the versions published last.
func (s *Service) loadNumbers() error {
	return store.LoadJSON(s.config.Store, versionsKept, func(function string, number int) error {
		s.state.published[function] = number
		return nil
	})
}

// errUnchanged refuses to publish what is published already, in the words of
// CloudFormation. Where the API is asked to, it answers with what there is.
type errUnchanged struct{ *version }

func (e errUnchanged) Error() string {
	return "A version for this Lambda function exists ( " + e.name + " ). Modify the function to create a new version."
}

// publish publishes a function as it is now: under a number that it had, if
// it is not 0, or else under the next. digest, unless it is empty, is that of
// the code that the caller means.
func (s *Service) publish(f *function, number int, description, digest string) (*version, error) {
	f.changing.Lock()
	defer f.changing.Unlock()
	now := f.now()
	if err := now.checkDigest(digest); err != nil {
		return nil, err
	}
	if number == 0 {
		if last := s.state.lastVersion(f); last != nil && last.now().sameVersion(now) {
			return nil, errUnchanged{last}
		}
		number = s.state.nextNumber(f)
	}
	err := s.config.Store.Update(func(tx *store.Tx) { tx.Put(versionsKept, f.name, max(number, s.state.nextNumber(f)-1)) })
	if err != nil {
		return nil, fmt.Errorf("publish %s: %w", f.name, err)
	}
	v := &version{function: f, name: strconv.Itoa(number), description: description}
	r := now.as(v)
	r.logs = functionlog.NewGroup(s.logConfig(r))
	r.program.Use()
	v.current.Store(r)
	v.runner = s.programs.Function(s.sandbox(r))
	if err := s.state.addVersion(v); err != nil {
		v.runner.Remove()
		return nil, err
	}
	return v, nil
}

// as is the revision as one of a version.
func (r *revision) as(v *version) *revision {
	published := *r
	published.version, published.id = v, uuid.NewString()
	return &published
}

// checkDigest refuses to publish other code than the caller means.
func (r *revision) checkDigest(digest string) error {
	if digest == "" {
		return nil
	}
	c, err := r.describe()
	if err != nil || c.CodeSha256 == digest {
		return err
	}
	return invalid(fmt.Sprintf("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.",
		digest, c.CodeSha256))
}

// sameVersion tells whether there is nothing to publish in one revision that
// the other does not have.
func (r *revision) sameVersion(other *revision) bool {
	return r.program.Dir == other.program.Dir && reflect.DeepEqual(r.settings.versioned(), other.settings.versioned())
}

// versioned are the settings that versions have of their own.
func (s settings) versioned() settings {
	s.Code, s.Tags, s.ReservedConcurrentExecutions = code{}, nil, nil
	return s
}

// removeVersion deletes a published version, unless an alias leads to it. One
// that is gone is no error.
func (s *Service) removeVersion(f *function, number int) error {
	v, err := s.state.removeVersion(f, number)
	if v != nil {
		v.end()
	}
	return err
}

// end ends the processes. Invocations in progress go on to their end.
func (v *version) end() {
	v.runner.Remove()
	v.now().logs.Flush()
}

func versionInUse(aliases []string) *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceConflictException", Status: 409,
		Message: fmt.Sprintf("Unable to delete version because the following aliases reference it: %s", aliases)}
}
