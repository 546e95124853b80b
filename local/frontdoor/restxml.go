package frontdoor

import (
	"io"
	"net/http"

	"eda-demo/local/iam"
)

// streams returns the RESTXML service that a request is signed for, if it is:
// its body is not read before the operation asks for it.
func (d *Door) streams(r *http.Request) (*endpoint, iam.Principal) {
	signer, p := d.identify(r)
	for _, e := range d.bySigner[signer] {
		if e.Protocol == RESTXML {
			return e, p
		}
	}
	return nil, p
}

// xmlCall is one request of a RESTXML service.
type xmlCall struct {
	door      *Door
	endpoint  *endpoint
	request   *http.Request
	body      io.Reader
	operation Operation
}

func (d *Door) serveRESTXML(w http.ResponseWriter, r *http.Request, e *endpoint, p iam.Principal) {
	w.Header().Set("x-amz-request-id", w.Header().Get("x-amzn-RequestId"))
	c := &xmlCall{door: d, endpoint: e, request: r, body: d.boundedBody(w, r)}
	output, failure := c.perform(p)
	if failure != nil {
		c.skipBody()
		writeRESTXMLError(w, r, failure)
		return
	}
	d.writeRESTXML(w, c.operation, output)
}

func (c *xmlCall) perform(p iam.Principal) (any, *Error) {
	ctx := c.request.Context()
	input, err := c.input()
	if err != nil {
		return nil, c.endpoint.undecodable(err)
	}
	output, err := c.door.perform(ctx, p, c.endpoint, c.operation, input)
	if err != nil {
		return nil, c.door.toError(ctx, c.endpoint.Name, c.operation.name, err)
	}
	return output, nil
}

// skipBody reads what is left of the body of a refused request, up to MaxBody:
// a client that is still sending would not see the answer. One that has asked
// whether to send does see it.
func (c *xmlCall) skipBody() {
	if c.request.Header.Get("Expect") != "" {
		return
	}
	// An answer is due either way, so it does not matter how the body ends.
	_, _ = io.CopyN(io.Discard, c.body, MaxBody)
}
