package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// runtimeAPI is a Lambda Runtime API that has one event to hand out.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	address  string
	answered chan error // the answer came, or the program reported an error
	server   *http.Server
	done     chan struct{}
}

func serveOnce(event string) (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	api := &runtimeAPI{address: listener.Addr().String(), answered: make(chan error, 8), done: make(chan struct{})}
	events := make(chan string, 1)
	events <- event
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, _ *http.Request) {
		select {
		case event := <-events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "bench")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:bench")
			io.WriteString(w, event)
		case <-api.done:
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		if strings.HasSuffix(r.URL.Path, "/response") && !strings.Contains(string(body), `"itemIdentifier"`) && !failed(body) {
			api.answered <- nil
			return
		}
		api.answered <- fmt.Errorf("the program answers %s", body)
	})
	api.server = &http.Server{Handler: mux}
	go api.server.Serve(listener)
	return api, nil
}

// failed tells whether an answer to an HTTP API has a status other than 2xx.
func failed(body []byte) bool {
	_, status, found := strings.Cut(string(body), `"statusCode":`)
	return found && !strings.HasPrefix(strings.TrimSpace(status), "2")
}

func (api *runtimeAPI) close() {
	close(api.done)
	api.server.Close()
}
