package frontdoor

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"eda-demo/local/iam"
)

// Protocol is a wire protocol of AWS's APIs.
type Protocol int

const (
	// JSON10 is AWS JSON 1.0: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
	JSON10 Protocol = iota
	// JSON11 is AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
	JSON11
	// Query is AWS Query: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
	Query
	// RESTJSON is AWS REST-JSON 1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
	RESTJSON
	// RESTXML is AWS REST-XML: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
	// Bodies are streamed; see Operation.At for how members are bound.
	RESTXML
)

// Service is one AWS API.
type Service struct {
	// Name identifies the service in Call, and is its SigV4 signing name unless
	// SigningName is set.
	Name        string
	SigningName string
	Protocol    Protocol
	// TargetPrefix stands before the dot in X-Amz-Target (JSON protocols).
	TargetPrefix string
	// Namespace is the XML namespace of answers, such as
	// "http://sns.amazonaws.com/doc/2010-03-31/" (Query).
	Namespace string
	// CRC32 adds X-Amz-Crc32 to each answer, as DynamoDB does.
	CRC32 bool
	// DeniedCode is the error code of a refused authorization; if empty,
	// "AccessDenied" for the XML protocols, else "AccessDeniedException". DeniedStatus is
	// its HTTP status; if zero, 400 for the JSON protocols, else 403.
	DeniedCode   string
	DeniedStatus int
	// InvalidCode is the error code for input that can't be decoded; if empty,
	// "ValidationError" for Query, "InvalidArgument" for RESTXML, else
	// "ValidationException".
	InvalidCode string
	// Body makes of a request's body what its operation reads, such as decoded
	// chunks whose checksum is verified; nil: the body as it is (RESTXML).
	Body func(r *http.Request, body io.Reader) (io.Reader, error)
	// Headers are, in lower case, headers beginning with x-amz- that every
	// operation takes, because Body reads them or they change nothing (RESTXML).
	Headers    []string
	Operations []Operation
}

// Operation is one operation of a service, made by Op.
type Operation struct {
	name   string
	input  func() any
	access func(context.Context, any) ([]iam.Access, error)
	do     func(context.Context, any) (any, error)

	unsigned bool
	pattern  string // REST: "POST /2015-03-31/functions/{FunctionName}/invocations"
	status   int
	read     func(*http.Request, []byte, any) error
	write    func(http.ResponseWriter, any)
}

// Op makes an operation. access returns what the caller must be allowed to do;
// every one of them is decided before do runs. An error of access is answered
// like one of do.
func Op[In, Out any](name string, access func(context.Context, *In) ([]iam.Access, error), do func(context.Context, *In) (*Out, error)) Operation {
	return Operation{
		name:  name,
		input: func() any { return new(In) },
		access: func(ctx context.Context, in any) ([]iam.Access, error) {
			return access(ctx, in.(*In))
		},
		do: func(ctx context.Context, in any) (any, error) {
			return do(ctx, in.(*In))
		},
	}
}

// Name is the operation's name in the API reference, such as "PutItem".
func (o Operation) Name() string { return o.name }

// Pattern is the method and path of a REST operation; see At.
func (o Operation) Pattern() string { return o.pattern }

// Anyone is the access function of an operation that needs no permission.
func Anyone[In any](context.Context, *In) ([]iam.Access, error) { return nil, nil }

// Unsigned lets the operation be called without a signature, as a link in a
// mail is. Only Query operations can be.
func (o Operation) Unsigned() Operation {
	o.unsigned = true
	return o
}

// At gives a REST operation its method and path, in the syntax of
// http.ServeMux, and the HTTP status of its success. Path variables go to the
// input's members of the same name.
//
// RESTJSON: query parameters do, too.
//
// RESTXML: the query parameters that tell the operation from others with the
// same path follow it: "PUT /{Bucket}/{Key...}?partNumber&uploadId". Other
// members are bound by the tags of input and output:
//
//	query:"max-keys"        a query parameter
//	header:"ETag"           a header; in an output, one without value is left out
//	headers:"x-amz-meta-"   all headers with a prefix, as a map without it
//	body:"Delete"           in an input, the elements in a root of that name
//	body:"-"                in an input, an io.Reader: the body, streamed
//
// A parameter or x-amz- header that has no member is refused by its name. An
// output with a field XMLName is an XML body, by its xml tags.
func (o Operation) At(pattern string, status int) Operation {
	o.pattern, o.status = pattern, status
	return o
}

// Reading replaces how a RESTJSON operation's body is read; path variables and
// query parameters are set before.
func Reading[In any](o Operation, read func(r *http.Request, body []byte, in *In) error) Operation {
	o.read = func(r *http.Request, body []byte, in any) error { return read(r, body, in.(*In)) }
	return o
}

// Writing replaces how a REST operation's output is written, status included;
// headers bound to members of a RESTXML output are set before.
func Writing[Out any](o Operation, write func(w http.ResponseWriter, out *Out)) Operation {
	o.write = func(w http.ResponseWriter, out any) { write(w, out.(*Out)) }
	return o
}

func (s *Service) signingName() string {
	if s.SigningName != "" {
		return s.SigningName
	}
	return s.Name
}

func (s *Service) denied(err *iam.Denied) *Error {
	code, status := s.DeniedCode, s.DeniedStatus
	if code == "" {
		code = "AccessDeniedException"
		if s.Protocol == Query || s.Protocol == RESTXML {
			code = "AccessDenied"
		}
	}
	if status == 0 {
		status = http.StatusForbidden
		if s.Protocol == JSON10 || s.Protocol == JSON11 {
			status = http.StatusBadRequest
		}
	}
	return &Error{Code: code, Status: status, Message: err.Error()}
}

func (s *Service) invalid(err error) *Error {
	code := s.InvalidCode
	if code == "" {
		code = "ValidationException"
		switch s.Protocol {
		case Query:
			code = "ValidationError"
		case RESTXML:
			code = "InvalidArgument"
		}
	}
	return &Error{Code: code, Message: fmt.Sprintf("the request can't be read: %v", err)}
}
