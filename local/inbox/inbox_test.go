package inbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eda-demo/local/sns"
	"eda-demo/local/store"
)

func open(t *testing.T, limit int, kept *store.Store) *Box {
	t.Helper()
	box, err := New(limit, kept)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func send(t *testing.T, box *Box, mail sns.Mail) {
	t.Helper()
	if err := box.Send(mail); err != nil {
		t.Fatal(err)
	}
}

func list(box *Box) string {
	var all []string
	for _, m := range box.Messages() {
		all = append(all, fmt.Sprint(m.ID, ":", m.Subject))
	}
	return strings.Join(all, " ")
}

func TestBoxKeepsTheNewest(t *testing.T) {
	box := open(t, 3, store.Memory())
	for i := range 5 {
		send(t, box, sns.Mail{Subject: fmt.Sprint(i + 1)})
	}
	if got, want := list(box), "5:5 4:4 3:3"; got != want {
		t.Errorf("messages = %s, want %s", got, want)
	}
	if _, ok := box.Message(2); ok {
		t.Error("mail 2 is there, want it dropped")
	}
	if m, ok := box.Message(4); !ok || m.Subject != "4" {
		t.Errorf("mail 4 = %+v, %v; want subject 4", m, ok)
	}
}

func TestBoxIsBoundedInBytes(t *testing.T) {
	box := open(t, 1000, store.Memory())
	for range 20 {
		send(t, box, sns.Mail{Body: strings.Repeat("x", 1<<20)})
	}
	if got := len(box.Messages()); got != 16 {
		t.Errorf("%d mails of 1 MiB are kept, want 16", got)
	}
}

// TestMailsLast reopens the store after each step, as a process that was killed.
func TestMailsLast(t *testing.T) {
	dir := t.TempDir()
	run := func(limit int, want string, subjects ...string) {
		t.Helper()
		kept, err := store.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		box := open(t, limit, kept)
		if got := list(box); got != want {
			t.Errorf("mails at the start: %s, want %s", got, want)
		}
		for _, subject := range subjects {
			send(t, box, sns.Mail{Subject: subject, To: "a@example.com", Sent: time.Unix(0, 0).UTC()})
		}
	}
	run(3, "", "a", "b")
	run(3, "2:b 1:a", "c", "d")
	run(3, "4:d 3:c 2:b")
	run(2, "4:d 3:c", "e")
	run(3, "5:e 4:d")
}

func TestAMailThatCantBeKeptIsNotTaken(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	box := open(t, 3, kept)
	send(t, box, sns.Mail{Subject: "a"})
	kept.Close()
	if err := box.Send(sns.Mail{Subject: "b"}); err == nil || list(box) != "1:a" {
		t.Errorf("sent with error %v, mails %s; want an error and only the first", err, list(box))
	}
}
