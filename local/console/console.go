// Package console is the pages for people at the AWS endpoint: what runs, the
// mailbox, and where the links in mails lead.
//
// It owns no state but what it is shown; mails are the inbox's. Everything
// works without JavaScript and loads nothing from elsewhere.
package console

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"

	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/sns"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// Caller calls operations of services; *frontdoor.Door is one.
type Caller interface {
	Call(ctx context.Context, p iam.Principal, service, operation string, in, out any) error
}

// Overview is what the front page shows.
type Overview struct {
	Endpoint string // of the AWS APIs
	Region   string
	APIs     []Named // HTTP APIs: name and URL
	Stacks   []Stack
}

// Stack is a stack that exists.
type Stack struct {
	Name, Status string
	Outputs      []Named
	Resources    []Resource
}

// Named is a value with a name.
type Named struct{ Name, Value string }

// Resource is a resource of the stack.
type Resource struct{ LogicalID, Type, PhysicalID string }

// Console answers browsers. It is safe for concurrent use.
type Console struct {
	box *inbox.Box
	mux *http.ServeMux

	mu       sync.RWMutex
	door     Caller
	overview func() Overview // nil until everything runs
	report   func() iam.Report
}

// New returns the pages. Until Show is called they say that the system starts.
func New(box *inbox.Box) *Console {
	c := &Console{box: box, mux: http.NewServeMux()}
	c.mux.HandleFunc("GET /{$}", c.home)
	c.mux.HandleFunc("GET /inbox", c.list)
	c.mux.HandleFunc("GET /inbox.json", c.listJSON)
	c.mux.HandleFunc("GET /inbox/{id}", c.mail)
	c.mux.HandleFunc("GET /permissions", c.permissions)
	c.mux.HandleFunc("GET /permissions.json", c.permissionsJSON)
	c.mux.HandleFunc("GET /health", c.health)
	c.mux.HandleFunc("GET "+sns.ConfirmationPage, c.confirm)
	c.mux.HandleFunc("GET "+sns.UnsubscribePage, c.unsubscribe)
	c.mux.Handle("GET /pages/style.css", http.FileServerFS(files))
	c.mux.HandleFunc("GET /", notFound)
	return c
}

// Connect gives the pages the door that links in mails go through. The door
// itself is made with the pages, so it can't be an argument of New.
func (c *Console) Connect(door Caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.door = door
}

// Show has the front page show what runs from now on: overview is asked each
// time.
func (c *Console) Show(overview func() Overview) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.overview = overview
}

func (c *Console) state() (Caller, func() Overview) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.door, c.overview
}

// ServeHTTP answers a request. Nothing on the pages may run, and no other site
// may frame them.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Frame-Options", "DENY")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	c.mux.ServeHTTP(w, r)
}

func (c *Console) home(w http.ResponseWriter, _ *http.Request) {
	_, overview := c.state()
	if overview == nil {
		render(w, http.StatusOK, "home.html", nil)
		return
	}
	render(w, http.StatusOK, "home.html", overview())
}

func (c *Console) health(w http.ResponseWriter, _ *http.Request) {
	if _, overview := c.state(); overview == nil {
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "starting"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

// notice is a page that says one thing.
type notice struct {
	Title, Text string
	Details     []Named
	Unsubscribe string // a link, if there is one
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	render(w, http.StatusNotFound, "notice.html", notice{Title: "There is no such page"})
}

func render(w http.ResponseWriter, status int, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// An error here is the reader's connection: it can't be answered any more.
	_ = pages.ExecuteTemplate(w, page, data)
}

// writeJSON leaves & in links as it is, for those who copy them.
func writeJSON(w http.ResponseWriter, status int, value any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		http.Error(w, "the answer can't be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}
