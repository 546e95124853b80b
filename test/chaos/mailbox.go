package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"eda-demo/internal/event"
)

// mailbox collects the mails that the runner has sent: it keeps the latest
// only, so it has to be asked often enough.
type mailbox struct {
	mu     sync.Mutex
	seen   map[int]bool
	last   int
	counts map[about]int
	links  []string // in mails that ask for confirmation
}

var mailedEvent = regexp.MustCompile(`Event: (\w+)\n(Order|Booking): (\S+)`)

// poll takes in the mails that came since.
func (m *mailbox) poll(ctx context.Context, endpoint string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/inbox.json", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var mails []struct {
		ID               int
		Body, ConfirmURL string
	}
	if err := json.NewDecoder(response.Body).Decode(&mails); err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, mail := range mails {
		if m.seen[mail.ID] {
			continue
		}
		m.seen[mail.ID] = true
		m.last = max(m.last, mail.ID)
		if err := m.take(mail.Body, mail.ConfirmURL); err != nil {
			return err
		}
	}
	return nil
}

func (m *mailbox) take(body, link string) error {
	if link != "" {
		if strings.Contains(body, event.NotificationTopic) { // not that of the alarms
			m.links = append(m.links, link)
		}
		return nil
	}
	match := mailedEvent.FindStringSubmatch(body)
	if match == nil {
		return fmt.Errorf("a mail is about no event: %q", body)
	}
	m.counts[about{id(strings.ToLower(match[2]) + " " + match[3]), match[1]}]++
	return nil
}

// missed is how many mails were dropped before they were seen.
func (m *mailbox) missed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last - len(m.seen)
}

func newMailbox() *mailbox { return &mailbox{seen: map[int]bool{}, counts: map[about]int{}} }
