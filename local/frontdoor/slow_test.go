package frontdoor

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"eda-demo/local/iam"
)

// TestSlowBodyIsGivenUp sends a part of a body and then nothing.
func TestSlowBodyIsGivenUp(t *testing.T) {
	door := New(iam.NewDirectory("000000000000"), slog.New(slog.DiscardHandler), http.NotFoundHandler())
	door.bodyTimeout = 20 * time.Millisecond
	server := httptest.NewServer(door)
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	request := "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 100\r\n\r\n{"
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(answer); !strings.HasPrefix(got, "HTTP/1.1 408 ") || !strings.Contains(got, "RequestTimeoutException") {
		t.Errorf("got %s, want 408 RequestTimeoutException", got)
	}
}

// waitLonger takes three times the body timeout, or fails if its context ends.
func waitLonger(ctx context.Context, _ *struct{}) (*struct{}, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(60 * time.Millisecond):
		return &struct{}{}, nil
	}
}

// TestLongOperationOutlivesTheBodyTimeout checks that the timeout ends with
// the body: an operation may take longer.
func TestLongOperationOutlivesTheBodyTimeout(t *testing.T) {
	door := New(iam.NewDirectory("000000000000"), slog.New(slog.DiscardHandler), http.NotFoundHandler())
	door.bodyTimeout = 20 * time.Millisecond
	door.Register(Service{Name: "slow", TargetPrefix: "Slow", Operations: []Operation{Op("Wait", Anyone[struct{}], waitLonger)}})
	server := httptest.NewServer(door)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "Slow.Wait")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/slow/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		t.Errorf("got %d %s, want 200", response.StatusCode, body)
	}
}

// TestSlowStreamIsGivenUp sends a part of a body that is streamed, and then
// nothing.
func TestSlowStreamIsGivenUp(t *testing.T) {
	door := New(iam.NewDirectory("000000000000"), slog.New(slog.DiscardHandler), http.NotFoundHandler())
	door.bodyTimeout = 20 * time.Millisecond
	type input struct {
		Body io.Reader `json:"-" body:"-"`
	}
	read := func(_ context.Context, in *input) (*struct{}, error) {
		_, err := io.Copy(io.Discard, in.Body)
		return &struct{}{}, err
	}
	door.Register(Service{Name: "slow", Protocol: RESTXML, Operations: []Operation{Op("Put", Anyone[input], read).At("PUT /", 200)}})
	server := httptest.NewServer(door)
	defer server.Close()
	for length, want := range map[string]string{"100": "RequestTimeout", "1": "HTTP/1.1 200 OK"} {
		connection, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		head := "PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/slow/aws4_request, SignedHeaders=host, Signature=0\r\nContent-Length: "
		if _, err := io.WriteString(connection, head+length+"\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(connection)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(answer), want) {
			t.Errorf("a body of %s bytes: got %s, want %s", length, answer, want)
		}
	}
}
