package cdk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/test/system"
)

// changeGetOrder has the program get-order of a copy of the app tell a version.
func changeGetOrder(t *testing.T, app, version string) {
	t.Helper()
	if err := system.ChangeGetOrder(app, version); err != nil {
		t.Fatal(err)
	}
}

// changeTemplate makes an assembly with another template.
func changeTemplate(t *testing.T, assembly string, change func(system.Template)) string {
	t.Helper()
	template, err := system.ReadTemplate(assembly)
	if err != nil {
		t.Fatal(err)
	}
	change(template)
	dir := t.TempDir()
	if err := system.CopyAssembly(assembly, dir, template); err != nil {
		t.Fatal(err)
	}
	return dir
}

// find returns the properties of the only resource of a type with a value.
func find(t *testing.T, template system.Template, kind, property, value string) (string, map[string]any) {
	t.Helper()
	id, properties, err := template.Find(kind, property, value)
	if err != nil {
		t.Fatal(err)
	}
	return id, properties
}

// api is the app's HTTP API.
type api string

func (a api) post(id, amount int) error {
	response, err := http.Post(string(a)+"/order", "application/x-www-form-urlencoded", strings.NewReader(fmt.Sprintf(`{"id":%d,"amount":%d}`, id, amount)))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusAccepted {
		return fmt.Errorf("POST /order answers %d %s, want 202", response.StatusCode, text)
	}
	return err
}

// status is an order's, and the version of the program that told it.
func (a api) status(id int) (status, version string, err error) {
	response, err := http.Get(fmt.Sprintf("%s/order/%d", a, id))
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	var order struct{ Status string }
	err = json.NewDecoder(response.Body).Decode(&order)
	return order.Status, response.Header.Get(system.VersionHeader), err
}

func (a api) await(t *testing.T, id int, want string) {
	t.Helper()
	eventually(t, fmt.Sprintf("order %d is %s", id, want), func() error {
		status, _, err := a.status(id)
		if err == nil && status != want {
			err = fmt.Errorf("it is %s", status)
		}
		return err
	})
}

// order places an order and waits for its end.
func (a api) order(t *testing.T, id, amount int, want string) {
	t.Helper()
	if err := a.post(id, amount); err != nil {
		t.Fatal(err)
	}
	a.await(t, id, want)
}

// patience is how long an effect may take.
const patience = 20 * time.Second

func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	within(t, patience, what, check)
}

func within(t *testing.T, limit time.Duration, what string, check func() error) {
	t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v: %v", what, limit, err)
		}
	}
}

// hostTarget is the platform of this machine, as the context names it.
func hostTarget() string { return runtime.GOOS + "/" + runtime.GOARCH }

// confirm follows the link of the confirmation mail.
func (c *cloud) confirm(t *testing.T) {
	t.Helper()
	for _, mail := range c.mails(t) {
		if strings.Contains(mail.ConfirmURL, event.NotificationTopic) {
			response, err := http.Get(mail.ConfirmURL)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Fatalf("the link answers %d, want 200", response.StatusCode)
			}
			return
		}
	}
	t.Fatal("there is no confirmation mail")
}

type mail struct{ To, Subject, ConfirmURL string }

func (c *cloud) mails(t *testing.T) []mail {
	t.Helper()
	response, err := http.Get(c.Endpoint + "/inbox.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var mails []mail
	if err := json.NewDecoder(response.Body).Decode(&mails); err != nil {
		t.Fatalf("read the inbox: %v", err)
	}
	return mails
}

// awaitMail waits for a mail with a subject.
func (c *cloud) awaitMail(t *testing.T, subject string) {
	t.Helper()
	eventually(t, "a mail "+subject, func() error {
		for _, m := range c.mails(t) {
			if m.Subject == subject && m.To == email {
				return nil
			}
		}
		return fmt.Errorf("the inbox has %d others", len(c.mails(t)))
	})
}
