package inbox

import (
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/sns"
)

func TestBoxKeepsTheNewest(t *testing.T) {
	box := New(3)
	for i := range 5 {
		box.Send(sns.Mail{Subject: fmt.Sprint(i + 1)})
	}
	var got []string
	for _, m := range box.Messages() {
		got = append(got, fmt.Sprint(m.ID, ":", m.Subject))
	}
	if want := "5:5 4:4 3:3"; strings.Join(got, " ") != want {
		t.Errorf("messages = %v, want %s", got, want)
	}
	if _, ok := box.Message(2); ok {
		t.Error("mail 2 is there, want it dropped")
	}
	if m, ok := box.Message(4); !ok || m.Subject != "4" {
		t.Errorf("mail 4 = %+v, %v; want subject 4", m, ok)
	}
}

func TestBoxIsBoundedInBytes(t *testing.T) {
	box := New(1000)
	for range 20 {
		box.Send(sns.Mail{Body: strings.Repeat("x", 1<<20)})
	}
	if got := len(box.Messages()); got != 16 {
		t.Errorf("%d mails of 1 MiB are kept, want 16", got)
	}
}
