package sqs

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Service is SQS for one account and Region. It is safe for concurrent use.
type Service struct {
	account  string
	region   string
	endpoint string
	kept     *store.Store
	// lastNumber is the number of the latest message of all queues.
	lastNumber *atomic.Uint64

	// changing is held while settings of queues are changed, so that no change
	// is lost to another one. It comes before mu, and that before any queue's.
	changing sync.Mutex

	mu      sync.RWMutex
	queues  map[string]*queue    // by name
	deleted map[string]time.Time // when a queue of that name was deleted
	tasks   []*moveTask          // oldest first
	// lastTask is the number of the latest.
	lastTask uint64
}

// New returns SQS with the queues and messages in the store. endpoint is what
// queue URLs begin with, such as "http://127.0.0.1:4566".
func New(account, region, endpoint string, kept *store.Store) (*Service, error) {
	s := &Service{
		account: account, region: region, endpoint: endpoint, kept: kept, lastNumber: &atomic.Uint64{},
		queues: map[string]*queue{}, deleted: map[string]time.Time{},
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("take over the queues of the run before: %w", err)
	}
	return s, nil
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "sqs", Protocol: frontdoor.JSON10, TargetPrefix: "AmazonSQS",
		DeniedCode: "AccessDenied", DeniedStatus: 403, InvalidCode: "InvalidParameterValue",
		Operations: append(s.queueOperations(), s.messageOperations()...),
	}}
}

func (s *Service) queueOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("CreateQueue", s.createQueueAccess, s.createQueue),
		frontdoor.Op("DeleteQueue", onQueueAccess[deleteQueueInput](s, "sqs:DeleteQueue"), s.deleteQueue),
		frontdoor.Op("GetQueueUrl", s.getQueueURLAccess, s.getQueueURL),
		frontdoor.Op("ListQueues", s.listQueuesAccess, s.listQueues),
		frontdoor.Op("GetQueueAttributes", onQueueAccess[getQueueAttributesInput](s, "sqs:GetQueueAttributes"), s.getQueueAttributes),
		frontdoor.Op("SetQueueAttributes", onQueueAccess[setQueueAttributesInput](s, "sqs:SetQueueAttributes"), s.setQueueAttributes),
		frontdoor.Op("PurgeQueue", onQueueAccess[purgeQueueInput](s, "sqs:PurgeQueue"), s.purgeQueue),
		frontdoor.Op("ListQueueTags", onQueueAccess[listQueueTagsInput](s, "sqs:ListQueueTags"), s.listQueueTags),
		frontdoor.Op("ListDeadLetterSourceQueues", onQueueAccess[listSourcesInput](s, "sqs:ListDeadLetterSourceQueues"), s.listSources),
		frontdoor.Op("StartMessageMoveTask", s.startMoveAccess, s.startMove),
		frontdoor.Op("ListMessageMoveTasks", s.listMovesAccess, s.listMoves),
		frontdoor.Op("CancelMessageMoveTask", s.cancelMoveAccess, s.cancelMove),
	}
}

func (s *Service) messageOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("SendMessage", onQueueAccess[sendMessageInput](s, "sqs:SendMessage"), s.sendMessage),
		frontdoor.Op("SendMessageBatch", onQueueAccess[sendBatchInput](s, "sqs:SendMessage"), s.sendBatch),
		frontdoor.Op("ReceiveMessage", onQueueAccess[receiveMessageInput](s, "sqs:ReceiveMessage"), s.receiveMessage),
		frontdoor.Op("DeleteMessage", onQueueAccess[deleteMessageInput](s, "sqs:DeleteMessage"), s.deleteMessage),
		frontdoor.Op("DeleteMessageBatch", onQueueAccess[deleteBatchInput](s, "sqs:DeleteMessage"), s.deleteBatch),
		frontdoor.Op("ChangeMessageVisibility", onQueueAccess[visibilityInput](s, "sqs:ChangeMessageVisibility"), s.changeVisibility),
		frontdoor.Op("ChangeMessageVisibilityBatch", onQueueAccess[visibilityBatchInput](s, "sqs:ChangeMessageVisibility"), s.changeVisibilityBatch),
	}
}

// empty is the output of operations that answer nothing.
type empty struct{}
