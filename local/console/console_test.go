package console

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/sns"
	"eda-demo/local/store"
)

const topicARN = "arn:aws:sns:us-east-1:000000000000:t"

// site is the pages behind a front door that has SNS.
type site struct {
	t       testing.TB
	server  *httptest.Server
	console *Console
	box     *inbox.Box
	door    *frontdoor.Door
}

func start(t testing.TB) *site {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	box, err := inbox.New(10, store.Memory())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, box: box, console: New(box)}
	s.door = frontdoor.New(iam.NewDirectory(doortest.Account), log, s.console)
	queue := delivery.New(log, 1, store.Memory())
	t.Cleanup(queue.Close)
	s.server = httptest.NewServer(s.door)
	t.Cleanup(s.server.Close)
	service, err := sns.New(sns.Config{
		Account: doortest.Account, Region: doortest.Region, Endpoint: s.server.URL, Door: s.door, Queue: queue, Mailer: box, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, api := range service.API() {
		s.door.Register(api)
	}
	s.console.Connect(s.door)
	return s
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (s *site) get(url, accept string) answer {
	s.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = s.server.URL + url
	}
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var body strings.Builder
	if err := response.Write(&body); err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, body.String(), response.Header}
}

func (s *site) want(url string, status int, texts ...string) answer {
	s.t.Helper()
	got := s.get(url, "text/html")
	if got.status != status {
		s.t.Errorf("GET %s: status %d, want %d", url, got.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			s.t.Errorf("GET %s: got %s, want it to contain %s", url, got.body, text)
		}
	}
	return got
}

// mail waits for a mail.
func (s *site) mail() inbox.Message {
	s.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if mails := s.box.Messages(); len(mails) > 0 {
			return mails[0]
		}
	}
	s.t.Fatal("no mail arrived in 5s")
	return inbox.Message{}
}

func TestHomeShowsWhatRuns(t *testing.T) {
	s := start(t)
	s.want("/", 200, "Starting")
	s.want("/health", 503, `"status": "starting"`)
	shown := Overview{Endpoint: "http://127.0.0.1:4566", Region: "us-east-1"}
	s.console.Show(func() Overview { return shown })
	s.want("/", 200, "The account is empty")
	shown.APIs = []Named{{"ApiEndpoint", "http://127.0.0.1:8080"}}
	shown.Stacks = []Stack{{
		"EdaDemo", "CREATE_COMPLETE", []Named{{"Topic", "<arn>"}}, []Resource{{"Orders", "AWS::DynamoDB::Table", "eda-demo-orders"}},
	}}
	s.want("/", 200, "CREATE_COMPLETE", "EdaDemo is running", `href="http://127.0.0.1:8080"`, "&lt;arn&gt;", "eda-demo-orders", "AWS_ENDPOINT_URL=http://127.0.0.1:4566")
	s.want("/health", 200, `"status": "ready"`)
	s.want("/nothing", 404, "There is no such page")
	s.want("/pages/home.html", 404)
	s.want("/pages/style.css", 200, "body")
}

func TestPagesMayNotRunOrBeFramed(t *testing.T) {
	s := start(t)
	s.box.Send(sns.Mail{Subject: `<script>alert(1)</script>`, From: `"><img src=x>`, Body: `javascript:alert(1) http://x/"><script>`, To: "a@example.com"})
	for _, url := range []string{"/", "/inbox", "/inbox/1", "/inbox/2", "/confirmation.html?Token=<script>&Endpoint=<script>", "/unsubscribe.html?SubscriptionArn=<script>"} {
		got := s.get(url, "text/html")
		if strings.Contains(got.body, "<script") || strings.Contains(got.body, "<img") || strings.Contains(got.body, `href="javascript`) {
			t.Errorf("GET %s: markup got through: %s", url, got.body)
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || got.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("GET %s: Content-Security-Policy %q, X-Frame-Options %q", url, policy, got.header.Get("X-Frame-Options"))
		}
	}
}

func TestInbox(t *testing.T) {
	s := start(t)
	s.want("/inbox", 200, "No mail yet")
	s.box.Send(sns.Mail{Subject: "first", Body: "see http://example.com/a?b=1&c=2 there", To: "a@example.com"})
	s.box.Send(sns.Mail{Subject: "second", ConfirmURL: "http://127.0.0.1/confirmation.html?Token=1"})
	page := s.want("/inbox", 200, `href="/inbox/1"`, `href="http://127.0.0.1/confirmation.html?Token=1"`)
	if strings.Index(page.body, "second") > strings.Index(page.body, "first") {
		t.Error("the newest mail is not the first")
	}
	s.want("/inbox/1", 200, `<a href="http://example.com/a?b=1&amp;c=2" rel="noopener noreferrer">`)
	s.want("/inbox/2", 200, "Confirm subscription")
	s.want("/inbox/3", 404, "There is no such mail")
	s.want("/inbox/x", 404, "There is no such mail")
	for url, accept := range map[string]string{"/inbox": "application/json", "/inbox.json": "*/*"} {
		got := s.get(url, accept)
		_, raw, _ := strings.Cut(got.body, "\r\n\r\n")
		var mails []struct {
			ID                  int
			Subject, ConfirmURL string
		}
		if err := json.Unmarshal([]byte(raw), &mails); err != nil || len(mails) != 2 || mails[0].ID != 2 || mails[0].ConfirmURL == "" {
			t.Errorf("GET %s as %s: %s (%v), want both mails", url, accept, raw, err)
		}
	}
	if got := s.get("/inbox/9", "application/json"); got.status != 404 || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("a missing mail as JSON: %d %s, want 404 as JSON", got.status, got.header.Get("Content-Type"))
	}
}

// follow follows the first link on a page whose target contains text.
func (s *site) follow(page answer, text string, want int, texts ...string) answer {
	s.t.Helper()
	found := regexp.MustCompile(`href="([^"]*` + regexp.QuoteMeta(text) + `[^"]*)"`).FindStringSubmatch(page.body)
	if found == nil {
		s.t.Fatalf("no link to %s in %s", text, page.body)
	}
	return s.want(strings.ReplaceAll(found[1], "&amp;", "&"), want, texts...)
}

func TestLinksInMailsWorkInABrowser(t *testing.T) {
	s := start(t)
	admin := iam.Admin(doortest.Account)
	call := func(operation string, in map[string]any) {
		t.Helper()
		if err := s.door.Call(t.Context(), admin, "sns", operation, in, nil); err != nil {
			t.Fatal(err)
		}
	}
	call("CreateTopic", map[string]any{"Name": "t"})
	call("Subscribe", map[string]any{"TopicArn": topicARN, "Protocol": "email", "Endpoint": "a+b@example.com"})
	s.mail()
	confirmed := s.follow(s.want("/inbox/1", 200), sns.ConfirmationPage, 200, "Subscription confirmed!", "a&#43;b@example.com", `href="/inbox"`)
	s.follow(confirmed, sns.UnsubscribePage, 200, "Subscription removed!")
	s.follow(confirmed, sns.UnsubscribePage, 200, "Subscription removed!")
	s.follow(s.want("/inbox/1", 200), sns.ConfirmationPage, 400, "can&#39;t be confirmed", "Invalid parameter: Token")
	s.want(sns.ConfirmationPage+"?TopicArn="+topicARN+"x&Token=1", 404, "Topic does not exist")
	s.want(sns.UnsubscribePage+"?SubscriptionArn=x", 400, "SubscriptionArn")
}

func FuzzPages(f *testing.F) {
	f.Add("/confirmation.html?TopicArn=a&Token=b")
	f.Add("/inbox/1")
	s := start(f)
	f.Fuzz(func(t *testing.T, target string) {
		request, err := http.NewRequest(http.MethodGet, "http://127.0.0.1"+target, nil)
		if err != nil {
			t.Skip()
		}
		recorder := httptest.NewRecorder()
		s.console.ServeHTTP(recorder, request)
		if recorder.Code >= 500 && recorder.Code != http.StatusServiceUnavailable {
			t.Errorf("GET %s: status %d", target, recorder.Code)
		}
	})
}
