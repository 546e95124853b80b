package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/httpapi"
	"eda-demo/local/store"
)

// listening returns a service that listens at any port and tells which numbers
// it listens for.
func listening(t *testing.T, kept *store.Store) (*apis, *[]int) {
	t.Helper()
	var asked []int
	a := &apis{fakeLambda: &fakeLambda{}, t: t}
	a.service = httpapi.New(httpapi.Config{
		Account: doortest.Account, Region: doortest.Region, Door: doortest.NewDoor(t), Store: kept,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Listen: func(n int) (net.Listener, error) {
			asked = append(asked, n)
			return net.Listen("tcp", "127.0.0.1:0")
		},
	})
	t.Cleanup(func() { a.service.Close(context.Background()) })
	return a, &asked
}

func TestADeletedAPIGivesItsPortBack(t *testing.T) {
	a, asked := listening(t, nil)
	first := a.define("Api", apiProperties).create()
	second := a.define("Api", apiProperties).create()
	address := strings.TrimPrefix(first.made.Attributes["ApiEndpoint"].(string), "http://")
	first.delete()
	first.delete()
	if connection, err := net.Dial("tcp", address); err == nil {
		connection.Close()
		t.Errorf("%s of a deleted API is open, want it closed", address)
	}
	if err := first.tryUpdate(apiProperties); frontdoor.Code(err) != "NotFoundException" {
		t.Errorf("update of a deleted API: got %v, want NotFoundException", err)
	}
	third := a.define("Api", apiProperties).create()
	second.delete()
	third.delete()
	first.def.PhysicalID = ""
	first.create()
	if got, want := fmt.Sprint(*asked), "[0 1 0 0]"; got != want {
		t.Errorf("listened for numbers %s, want %s", got, want)
	}
}

func TestPartsOfADeletedAPIAreGone(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	x.api.delete()
	for _, part := range []*thing{x.stage, x.route, x.integration} {
		part.delete()
	}
	if got := a.service.Endpoints(); len(got) != 0 {
		t.Errorf("got endpoints %v, want none", got)
	}
}

// TestAPIsKeepTheirPortsOverARestart has the API that had the first port be
// gone, and the other one come back with the second.
func TestAPIsKeepTheirPortsOverARestart(t *testing.T) {
	dir := t.TempDir()
	var first, second *thing
	run := func(use func(*apis)) []int {
		kept, err := store.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		a, asked := listening(t, kept)
		use(a)
		if err := a.service.Close(t.Context()); err != nil {
			t.Error(err)
		}
		return *asked
	}
	takeUp := func(a *apis, x *thing) {
		x.kind = a.service.Resources()[x.def.Type]
		id := x.def.PhysicalID
		if x.create(); x.made.ID != id {
			t.Errorf("taken up: got id %s, want %s", x.made.ID, id)
		}
	}
	run(func(a *apis) {
		first, second = a.define("Api", apiProperties).create(), a.define("Api", apiProperties).create()
	})
	if got := fmt.Sprint(run(func(a *apis) { takeUp(a, second); takeUp(a, first); first.delete() })); got != "[1 0]" {
		t.Errorf("after a restart: listened for numbers %s, want 1 for the second API and 0 for the first", got)
	}
	got := fmt.Sprint(run(func(a *apis) {
		takeUp(a, second)
		takeUp(a, second) // which is there
		second.delete()
		second.def.PhysicalID = ""
		second.create()
	}))
	if got != "[1 0]" {
		t.Errorf("without the first: listened for numbers %s, want 1, and 0 once it is made anew", got)
	}
}

func TestTakenUpAfterARestart(t *testing.T) {
	x, a := start(t).app("GET /"), start(t)
	for range 2 { // nothing is there, and then all
		for _, part := range []*thing{x.api, x.integration, x.route, x.stage} {
			part.def.LogicalID = "Renamed"
			instance, err := a.service.Resources()[part.def.Type].Create(t.Context(), part.def)
			if err != nil || instance.ID != part.made.ID {
				t.Errorf("take up %s: got %v, %v; want the id %s", part.def.Type, instance, err, part.made.ID)
			}
			part.made = instance
		}
		x.wantStatus("GET", "/", 200)
	}
}

// inFlight begins a request that is answered when release is called.
func inFlight(t *testing.T, a *apis, url string) (answered chan string, release func()) {
	t.Helper()
	begun, hold := make(chan bool), make(chan bool)
	a.answer = func() (string, bool, error) {
		begun <- true
		<-hold
		return `{"statusCode":200,"body":"fine"}`, false, nil
	}
	answered = make(chan string, 1)
	go func() {
		response, err := http.Get(url)
		if err != nil {
			answered <- "cut off"
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		answered <- fmt.Sprint(response.StatusCode, " ", string(body), err)
	}()
	<-begun
	release = sync.OnceFunc(func() { close(hold) })
	t.Cleanup(release)
	return answered, release
}

func TestRequestsInFlightFinish(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	answered, release := inFlight(t, a, x.url())
	x.stage.delete()
	x.route.delete()
	x.integration.delete()
	deleted := make(chan error)
	go func() { deleted <- x.api.tryDelete() }()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		connection, err := net.Dial("tcp", strings.TrimPrefix(x.url(), "http://"))
		if err != nil {
			break
		}
		connection.Close()
	}
	release()
	if got, err := <-answered, <-deleted; got != "200 fine<nil>" || err != nil {
		t.Errorf("got %s, and %v from Delete; want the answer", got, err)
	}
}

func TestRequestsInFlightAreCutOffInTheEnd(t *testing.T) {
	a := start(t)
	a.service.SetDrainTime(10 * time.Millisecond)
	x := a.app("GET /")
	answered, _ := inFlight(t, a, x.url())
	x.api.delete()
	if got := <-answered; got != "cut off" {
		t.Errorf("got %s, want the request to be cut off", got)
	}
}

// TestRoutesAreSwappedAtOnce moves routes between paths that always answer.
func TestRoutesAreSwappedAtOnce(t *testing.T) {
	a := start(t)
	x := a.app("GET /a")
	x.route.update(x.routeTo("ANY /{any+}", x.integration.made.ID))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			if err := x.route.tryUpdate(x.routeTo([]string{"GET /{any+}", "GET /a", "$default"}[i%3], x.integration.made.ID)); err != nil {
				t.Errorf("update %d: %v", i, err)
			}
			if err := x.stage.tryUpdate(x.stageWith(fmt.Sprintf(`,"StageVariables":{"v":"%d"}`, i))); err != nil {
				t.Errorf("update %d: %v", i, err)
			}
			if err := x.api.tryUpdate(apiProperties); err != nil {
				t.Errorf("update %d: %v", i, err)
			}
		}
	}()
	for {
		select {
		case <-done:
			return
		default:
			x.wantStatus("GET", "/a", 200)
		}
	}
}
