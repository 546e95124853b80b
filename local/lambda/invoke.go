package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/lambda/sandbox"
)

// The largest payloads, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxSyncPayload  = 6 << 20
	maxAsyncPayload = 1 << 20
)

// invokeInput is the input of Invoke.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
type invokeInput struct {
	FunctionName   string
	Qualifier      string
	InvocationType string
	LogType        string
	ClientContext  string // base64
	Payload        json.RawMessage
}

type invokeOutput struct {
	StatusCode      int
	FunctionError   string  `json:",omitempty"`
	LogResult       string  `json:",omitempty"`
	ExecutedVersion string  `json:",omitempty"`
	Payload         payload `json:",omitempty"`
}

// payload is what a function answered. Only in process it is written as JSON:
// as it is, or as a JSON string if the function answered something else.
type payload []byte

// MarshalJSON implements json.Marshaler.
func (p payload) MarshalJSON() ([]byte, error) {
	if json.Valid(p) {
		return p, nil
	}
	return json.Marshal(string(p))
}

func (s *Service) invokeOperation() frontdoor.Operation {
	op := frontdoor.Op("Invoke", s.invokeAccess, s.invoke).
		At("POST /2015-03-31/functions/{FunctionName}/invocations", http.StatusOK)
	return frontdoor.Writing(frontdoor.Reading(op, readInvoke), writeInvoke)
}

func readInvoke(r *http.Request, body []byte, in *invokeInput) error {
	in.InvocationType = r.Header.Get("X-Amz-Invocation-Type")
	in.LogType = r.Header.Get("X-Amz-Log-Type")
	in.ClientContext = r.Header.Get("X-Amz-Client-Context")
	in.Payload = body
	return nil
}

func writeInvoke(w http.ResponseWriter, out *invokeOutput) {
	header := w.Header()
	for name, value := range map[string]string{
		"X-Amz-Function-Error": out.FunctionError, "X-Amz-Log-Result": out.LogResult, "X-Amz-Executed-Version": out.ExecutedVersion,
	} {
		if value != "" {
			header.Set(name, value)
		}
	}
	header.Set("Content-Type", "application/json")
	if out.StatusCode != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(out.Payload)))
	}
	w.WriteHeader(out.StatusCode)
	w.Write(out.Payload) // the client may be gone; the invocation is done all the same
}

func (s *Service) invokeAccess(_ context.Context, in *invokeInput) ([]iam.Access, error) {
	return s.accessTo("lambda:InvokeFunction", in.FunctionName, in.Qualifier)
}

func (s *Service) invoke(ctx context.Context, in *invokeInput) (*invokeOutput, error) {
	f, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	clientContext, err := in.check()
	if err != nil {
		return nil, err
	}
	switch in.InvocationType {
	case "DryRun":
		return &invokeOutput{StatusCode: http.StatusNoContent}, nil
	case "Event":
		return s.accept(f, in.Payload)
	}
	result, err := s.run(ctx, f, sandbox.Invocation{
		RequestID: uuid.NewString(), Payload: in.Payload, ClientContext: clientContext, Tail: in.LogType == "Tail",
	})
	if err != nil {
		return nil, err
	}
	return synchronous(result, f.name), nil
}

// check validates the input and fills in what is left out. It returns the
// decoded client context.
func (in *invokeInput) check() (clientContext string, err error) {
	limit := maxSyncPayload
	switch in.InvocationType {
	case "":
		in.InvocationType = "RequestResponse"
	case "RequestResponse", "DryRun":
	case "Event":
		limit = maxAsyncPayload
	default:
		return "", notOneOf("invocationType", in.InvocationType, "[Event, RequestResponse, DryRun]")
	}
	if in.LogType != "" && in.LogType != "None" && in.LogType != "Tail" {
		return "", notOneOf("logType", in.LogType, "[None, Tail]")
	}
	if len(in.Payload) > limit {
		return "", &frontdoor.Error{Code: "RequestTooLargeException", Status: http.StatusRequestEntityTooLarge,
			Message: strconv.Itoa(len(in.Payload)) + " byte payload is too large for the " + in.InvocationType +
				" invocation type (limit " + strconv.Itoa(limit) + " bytes)"}
	}
	if len(in.Payload) == 0 {
		in.Payload = json.RawMessage("{}")
	}
	if !json.Valid(in.Payload) {
		return "", frontdoor.Errorf("InvalidRequestContentException",
			"Could not parse request body into json: Could not parse payload into json")
	}
	decoded, err := base64.StdEncoding.DecodeString(in.ClientContext)
	if err != nil {
		return "", frontdoor.Errorf("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")
	}
	return string(decoded), nil
}

func notOneOf(member, value, set string) *frontdoor.Error {
	return frontdoor.Errorf("ValidationException",
		"1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: %s", value, member, set)
}

func synchronous(result sandbox.Result, version string) *invokeOutput {
	out := &invokeOutput{StatusCode: http.StatusOK, ExecutedVersion: version, Payload: result.Payload}
	if result.Failed {
		out.FunctionError = "Unhandled"
	}
	if result.Tail != nil {
		out.LogResult = base64.StdEncoding.EncodeToString(result.Tail)
	}
	return out
}
