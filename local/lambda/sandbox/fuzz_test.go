package sandbox

import (
	"encoding/json"
	"net/http"
	"testing"
)

// FuzzErrors decodes what a program tells of its failures: any text becomes an
// error with a type, and a response that broke off JSON.
func FuzzErrors(f *testing.F) {
	f.Add([]byte(`{"errorType":"T","errorMessage":"m"}`), "eyJlcnJvclR5cGUiOiJUIn0=")
	f.Add([]byte(`{"errorType":1}`), "e30")
	f.Add([]byte("\xff"), "%")
	f.Fuzz(func(t *testing.T, body []byte, trailer string) {
		if typeOfError(body) == "" {
			t.Errorf("the error %q has no type", body)
		}
		r := &http.Request{Trailer: http.Header{errorBodyTrailer: {trailer}}}
		if got := brokenOff(r, "T"); !json.Valid(got.payload) || got.status != Error {
			t.Errorf("trailer %q: got %s with status %v, want JSON and an error", trailer, got.payload, got.status)
		}
	})
}
