package sqs

import (
	"context"
	"regexp"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// queueName is what names of standard queues look like.
var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// onQueue is the member that most inputs have.
type onQueue struct{ QueueUrl string }

func (o *onQueue) queueURL() string { return o.QueueUrl }

// onQueueAccess returns the access function of an operation on one queue. A
// queue that does not exist has no policy; the operation says so afterwards.
func onQueueAccess[In any, P interface {
	*In
	queueURL() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		name, err := s.nameIn(P(in).queueURL())
		if err != nil {
			return nil, err
		}
		return []iam.Access{s.access(action, name)}, nil
	}
}

func (s *Service) access(action, name string) iam.Access {
	access := iam.Access{Action: action, Resource: s.arn(name)}
	if q := s.find(name); q != nil {
		access.ResourcePolicy = q.policy()
	}
	return access
}

// nameIn returns the queue name in a queue URL. The host is not looked at, so
// that a URL works under each name of this machine, and in process without
// one: "/<account>/<name>" is enough.
func (s *Service) nameIn(url string) (string, error) {
	if url == "" {
		return "", missing("QueueUrl")
	}
	parts := strings.Split(url, "/")
	if len(parts) < 3 {
		return "", &frontdoor.Error{Code: "InvalidAddress", QueryCode: "InvalidAddress", Status: 404,
			Message: "The address " + url + " is not valid for this endpoint."}
	}
	if parts[len(parts)-2] != s.account {
		return "", noSuchQueue()
	}
	return parts[len(parts)-1], nil
}

func (s *Service) url(name string) string { return s.endpoint + "/" + s.account + "/" + name }

func (s *Service) arn(name string) string {
	return "arn:aws:sqs:" + s.region + ":" + s.account + ":" + name
}

// find returns the named queue, or nil.
func (s *Service) find(name string) *queue {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.queues[name]
}

// at returns the queue that a URL leads to.
func (s *Service) at(url string) (*queue, error) {
	name, err := s.nameIn(url)
	if err != nil {
		return nil, err
	}
	if q := s.find(name); q != nil {
		return q, nil
	}
	return nil, noSuchQueue()
}

// byARN returns the queue with that ARN, or nil.
func (s *Service) byARN(arn string) *queue {
	return s.find(s.nameOf(arn))
}

// nameOf returns the name of the queue with that ARN; "" if it is no queue of
// this account and Region.
func (s *Service) nameOf(arn string) string {
	name, ours := strings.CutPrefix(arn, s.arn(""))
	if !ours {
		return ""
	}
	return name
}
