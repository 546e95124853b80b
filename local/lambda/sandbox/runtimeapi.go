package sandbox

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	requestIDHeader = "Lambda-Runtime-Aws-Request-Id"
	deadlineHeader  = "Lambda-Runtime-Deadline-Ms"
	functionHeader  = "Lambda-Runtime-Invoked-Function-Arn"
	traceHeader     = "Lambda-Runtime-Trace-Id"
	contextHeader   = "Lambda-Runtime-Client-Context"
	// The error of a response that broke off comes in trailers.
	errorTypeTrailer = "Lambda-Runtime-Function-Error-Type"
	errorBodyTrailer = "Lambda-Runtime-Function-Error-Body"
)

func (s *Server) routes() http.Handler {
	const prefix = "/{process}/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"invocation/next", s.next)
	mux.HandleFunc("POST "+prefix+"invocation/{request}/response", s.response)
	mux.HandleFunc("POST "+prefix+"invocation/{request}/error", s.failure)
	mux.HandleFunc("POST "+prefix+"init/error", s.initError)
	return mux
}

// next hands the process its next invocation, as soon as there is one.
func (s *Server) next(w http.ResponseWriter, r *http.Request) {
	p := s.find(r.PathValue("process"))
	if p == nil {
		refuse(w, http.StatusForbidden, "UnknownProcess", "the process is not known")
		return
	}
	p.askedForWork()
	select {
	case running := <-p.pending:
		p.deliver(w, running)
	case <-r.Context().Done():
	case <-p.exited:
	}
}

func (p *process) deliver(w http.ResponseWriter, running *invocation) {
	running.begin(p)
	if running.diesTaking(p) {
		return
	}
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header.Set(requestIDHeader, running.RequestID)
	header.Set(deadlineHeader, strconv.FormatInt(running.deadline.UnixMilli(), 10))
	header.Set(functionHeader, cmp.Or(running.ARN, p.ARN))
	if running.TraceID != "" {
		header.Set(traceHeader, running.TraceID)
	}
	if running.ClientContext != "" {
		header.Set(contextHeader, running.ClientContext)
	}
	header.Set("Content-Length", strconv.Itoa(len(running.Payload)))
	w.Write(running.Payload) // a failed write means that the process is gone, which is watched
}

func (s *Server) response(w http.ResponseWriter, r *http.Request) {
	p, running, body, ok := s.answer(w, r)
	if !ok {
		return
	}
	if errorType := r.Trailer.Get(errorTypeTrailer); errorType != "" {
		p.finish(running, brokenOff(r, errorType))
	} else {
		p.finish(running, outcome{payload: body, status: Success})
	}
	accept(w)
}

// brokenOff is the outcome of a response that the program could not complete.
func brokenOff(r *http.Request, errorType string) outcome {
	body, err := base64.StdEncoding.DecodeString(r.Trailer.Get(errorBodyTrailer))
	if err != nil || !json.Valid(body) {
		body = errorDocument(errorType, "the response broke off")
	}
	return outcome{payload: body, status: Error, errorType: errorType}
}

func (s *Server) failure(w http.ResponseWriter, r *http.Request) {
	p, running, body, ok := s.answer(w, r)
	if !ok {
		return
	}
	p.finish(running, outcome{payload: body, status: Error, errorType: typeOfError(body)})
	accept(w)
}

// typeOfError reads an error document for the log; a body of another shape is
// passed on all the same.
func typeOfError(body []byte) string {
	var document struct {
		ErrorType string `json:"errorType"`
	}
	if json.Unmarshal(body, &document) != nil || document.ErrorType == "" {
		return "Runtime.Unknown"
	}
	return document.ErrorType
}

// answer reads what a process posts about its current invocation. A second
// answer, or one to another invocation, is refused.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) (*process, *invocation, []byte, bool) {
	p := s.find(r.PathValue("process"))
	if p == nil {
		refuse(w, http.StatusForbidden, "UnknownProcess", "the process is not known")
		return nil, nil, nil, false
	}
	if p.diesAnswering() {
		return nil, nil, nil, false
	}
	running := p.current.Load()
	if running == nil || running.RequestID != r.PathValue("request") {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return nil, nil, nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxResponse))
	var tooLarge *http.MaxBytesError
	large := errors.As(err, &tooLarge)
	switch {
	case err != nil && !large: // the end of the process or the deadline will decide
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
	case !p.current.CompareAndSwap(running, nil):
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	case large:
		p.finish(running, responseTooLarge())
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			"Exceeded maximum allowed payload size ("+strconv.Itoa(MaxResponse)+" bytes).")
	default:
		return p, running, body, true
	}
	return nil, nil, nil, false
}

// initError takes the error of a program that could not start; it will exit.
func (s *Server) initError(w http.ResponseWriter, r *http.Request) {
	p := s.find(r.PathValue("process"))
	if p == nil {
		refuse(w, http.StatusForbidden, "UnknownProcess", "the process is not known")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxResponse))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	p.initError.Store(&body)
	accept(w)
}

func accept(w http.ResponseWriter) {
	w.Header()["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(errorDocument(errorType, message))
}

// errorDocument is the payload of an invocation that failed.
func errorDocument(errorType, message string) []byte {
	document, err := json.Marshal(struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}{errorType, message})
	if err != nil {
		return []byte(`{"errorType":"Runtime.Unknown"}`)
	}
	return document
}

// stamp is how Lambda writes a time in its log.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
