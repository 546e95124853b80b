package cloudcontrol

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/cloudcontrol/jsonpatch"
	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

type updateResourceInput struct {
	target
	PatchDocument string // JSON Patch
	ClientToken   string // SDKs make one for each request and its repetitions
}

type updateResourceOutput struct{ ProgressEvent progressEvent }

// progressEvent is a ProgressEvent of
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ProgressEvent.html
type progressEvent struct {
	TypeName        string
	Identifier      string
	RequestToken    string
	Operation       string
	OperationStatus string
	EventTime       frontdoor.Timestamp
}

// updateResource applies a patch to the properties that a resource has.
func (s *Service) updateResource(ctx context.Context, in *updateResourceInput) (*updateResourceOutput, error) {
	if in.PatchDocument == "" || len(in.PatchDocument) > maxPatch {
		return nil, invalid("PatchDocument must have 1 to %d bytes", maxPatch)
	}
	if event, there := s.before(in); there {
		return &updateResourceOutput{event}, nil
	}
	r, err := s.find(in.target)
	if err != nil {
		return nil, err
	}
	err = s.engine.Patch(ctx, r.Type, r.PhysicalID, func(properties json.RawMessage) (json.RawMessage, error) {
		patched, err := jsonpatch.Apply(properties, json.RawMessage(in.PatchDocument))
		if err != nil {
			return nil, frontdoor.Errorf("InvalidRequestException", "%v", err)
		}
		return patched, nil
	})
	if err != nil {
		return nil, in.refusal(err)
	}
	return &updateResourceOutput{s.done(in)}, nil
}

// refusal is an error of a patch as the API names it.
func (t target) refusal(err error) error {
	if known, ok := errors.AsType[*frontdoor.Error](err); ok && known.Code == "InvalidRequestException" {
		return known
	}
	if _, gone := errors.AsType[*provision.Unmanaged](err); gone {
		return t.notFound()
	}
	if _, refused := errors.AsType[*provision.Invalid](err); refused {
		return frontdoor.Errorf("InvalidRequestException", "%v", err)
	}
	return frontdoor.Errorf("GeneralServiceException", "%v", err)
}

// maxRequests is how many requests are remembered.
const maxRequests = 1000

// request is an update that was done, and the client's token for it.
type request struct {
	token string
	event progressEvent
}

// before is the answer to a request that was sent before.
func (s *Service) before(in *updateResourceInput) (progressEvent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.requests, func(r request) bool {
		return in.ClientToken != "" && r.token == in.ClientToken && r.event.TypeName == in.TypeName && r.event.Identifier == in.Identifier
	})
	if at < 0 {
		return progressEvent{}, false
	}
	return s.requests[at].event, true
}

// done remembers a request.
func (s *Service) done(in *updateResourceInput) progressEvent {
	event := progressEvent{in.TypeName, in.Identifier, uuid.NewString(), "UPDATE", "SUCCESS", frontdoor.At(time.Now())}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) >= maxRequests {
		s.requests = slices.Delete(s.requests, 0, 1)
	}
	s.requests = append(s.requests, request{in.ClientToken, event})
	return event
}

type getRequestStatusInput struct{ RequestToken string }

// getRequestStatus tells of an update; all that there were have succeeded.
func (s *Service) getRequestStatus(_ context.Context, in *getRequestStatusInput) (*updateResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		if r.event.RequestToken == in.RequestToken {
			return &updateResourceOutput{r.event}, nil
		}
	}
	return nil, frontdoor.Errorf("RequestTokenNotFoundException", "Request token '%s' was not found.", in.RequestToken)
}
