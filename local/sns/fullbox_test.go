package sns_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/sns"
	"eda-demo/local/store"
)

// fullBox is a Mailer that can't keep the first mails.
type fullBox struct {
	mu       sync.Mutex
	failures int
	kept     int
}

func (b *fullBox) Send(sns.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures > 0 {
		b.failures--
		return errors.New("the disk is full")
	}
	b.kept++
	return nil
}

func (b *fullBox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept
}

func TestMailThatCouldNotBeKeptIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		door, queue, box := doortest.NewDoor(t), delivery.New(log, 0, store.Memory()), &fullBox{failures: 2}
		defer queue.Close()
		service, err := sns.New(sns.Config{
			Account: doortest.Account, Region: doortest.Region, Endpoint: endpoint,
			Door: door, Queue: queue, Mailer: box, Store: store.Memory(), Log: log,
		})
		check(t, err)
		door.Register(service.API()...)
		call := func(operation string, in map[string]string) {
			check(t, door.Call(context.Background(), iam.Admin(doortest.Account), "sns", operation, in, new(json.RawMessage)))
		}
		call("CreateTopic", map[string]string{"Name": "orders"})
		call("Subscribe", map[string]string{"TopicArn": topicARN, "Protocol": "email", "Endpoint": "you@example.com"})
		synctest.Wait()
		if got := box.count(); got != 1 {
			t.Errorf("%d mails are kept, want the confirmation after two failures", got)
		}
	})
}
