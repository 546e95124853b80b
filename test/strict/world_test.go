package strict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eda-demo/internal/event"
	"eda-demo/local/iam"
	"eda-demo/test/system"
)

// world is a running system, seen from outside. Its methods return errors, for
// tests in which something has to fail. It is for one goroutine.
type world struct {
	*system.Runner
	outputs map[string]string
	aws     aws.Config
	// received are messages by the queue's name.
	received map[string][]sqstypes.Message
}

func newWorld(r *system.Runner) (*world, error) {
	outputs, err := system.ReadOutputs(r.Outputs)
	if err != nil {
		return nil, err
	}
	return &world{Runner: r, outputs: outputs, received: map[string][]sqstypes.Message{}, aws: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(r.Endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}}, nil
}

// patience is how long an effect may take. What is missing because of a denial
// is noticed by that, long before.
const patience = 20 * time.Second

// until waits for check to return nil. It gives up when patience ends, and at
// once when stop says why.
func until(ctx context.Context, what string, check, stop func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return nil
		}
		if reason := stop(); reason != nil {
			return fmt.Errorf("%s: %w", what, reason)
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("%s: after %v still: %w", what, patience, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func never() error { return nil }

// denials is the error that something was denied.
type denials []iam.Denial

func (d denials) Error() string {
	var lines []string
	for _, denial := range d {
		lines = append(lines, fmt.Sprintf("%s was denied %s on %s %s", denial.Who, denial.Action, denial.Resource, denial.Reason))
	}
	return strings.Join(lines, "; ")
}

// has tells whether an action was denied to someone.
func (d denials) has(who, action string) bool {
	return slices.ContainsFunc(d, func(denial iam.Denial) bool { return denial.Who == who && denial.Action == action })
}

func (w *world) permissions() (iam.Report, error) {
	var report iam.Report
	body, err := w.get(w.Endpoint + "/permissions.json")
	if err == nil {
		err = json.Unmarshal(body, &report)
	}
	return report, err
}

// denied returns an error if anything was denied to anyone.
func (w *world) denied() error {
	report, err := w.permissions()
	if err != nil {
		return err
	}
	if len(report.Denials) > 0 {
		return denials(report.Denials)
	}
	return nil
}

func (w *world) get(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return readAnswer(response, http.StatusOK)
}

func readAnswer(response *http.Response, want int) ([]byte, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != want {
		return nil, fmt.Errorf("%s answers %d %s, want %d", response.Request.URL.Path, response.StatusCode, body, want)
	}
	return body, nil
}

func (w *world) placeOrder(id, amount int) error {
	return w.post("/order", fmt.Sprintf(`{"id":%d,"amount":%d}`, id, amount))
}

// placeBooking books a seat of flight LH1, whichever there is.
func (w *world) placeBooking(id, amount string) error {
	return w.post("/booking", fmt.Sprintf(`{"bookingId":"%s","customerId":"C1","flightId":"LH1","amount":%s}`, id, amount))
}

func (w *world) post(path, body string) error {
	response, err := http.Post(w.outputs["ApiEndpoint"]+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	_, err = readAnswer(response, http.StatusAccepted)
	return err
}

// hasStatus returns an error unless the order or booking at the path has the
// status.
func (w *world) hasStatus(path, want string) error {
	var found struct{ Status string }
	if err := w.read(path, &found); err != nil {
		return err
	}
	if found.Status != want {
		return fmt.Errorf("%s is %s, want %s", path, found.Status, want)
	}
	return nil
}

// hasNoSeats returns an error unless all seats of the flight are taken.
func (w *world) hasNoSeats(flight string) error {
	var found struct {
		Free  int
		Taken []string
	}
	if err := w.read("/flight/"+flight+"/seats", &found); err != nil {
		return err
	}
	if found.Free != 0 || !slices.Equal(found.Taken, []string{"1A", "1B"}) {
		return fmt.Errorf("of flight %s the seats %v are taken and %d are free, want 1A and 1B, and none", flight, found.Taken, found.Free)
	}
	return nil
}

func (w *world) read(path string, into any) error {
	body, err := w.get(w.outputs["ApiEndpoint"] + path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

type mail struct{ Subject, Body, ConfirmURL string }

func (w *world) mails() ([]mail, error) {
	var mails []mail
	body, err := w.get(w.Endpoint + "/inbox.json")
	if err == nil {
		err = json.Unmarshal(body, &mails)
	}
	return mails, err
}

// confirm follows the link in the confirmation mail.
func (w *world) confirm() error {
	mails, err := w.mails()
	if err != nil {
		return err
	}
	for _, m := range mails {
		if strings.Contains(m.ConfirmURL, event.NotificationTopic) {
			_, err := w.get(m.ConfirmURL)
			return err
		}
	}
	return errors.New("there is no confirmation mail")
}

// hasMails returns an error unless a mail about each event of the order came.
func (w *world) hasMails(id int, events ...string) error {
	mails, err := w.mails()
	if err != nil {
		return err
	}
	for _, event := range events {
		if !slices.ContainsFunc(mails, func(m mail) bool {
			return strings.Contains(m.Body, event) && strings.Contains(m.Body, fmt.Sprint(id))
		}) {
			return fmt.Errorf("none of %d mails is about %s of order %d", len(mails), event, id)
		}
	}
	return nil
}
