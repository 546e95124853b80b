package endpoint

import (
	"encoding/base64"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/problem"
)

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 16 << 10

// body is the request's body as the client sent it. An HTTP API hands over what
// it takes for binary in base64; curl's default form-urlencoded is among that.
func body(request events.APIGatewayV2HTTPRequest) ([]byte, *problem.Details) {
	if !request.IsBase64Encoded {
		if len(request.Body) > MaxBody {
			return nil, tooLarge()
		}
		return []byte(request.Body), nil
	}
	if len(request.Body) > base64.StdEncoding.EncodedLen(MaxBody) {
		return nil, tooLarge()
	}
	decoded, err := base64.StdEncoding.DecodeString(request.Body)
	if err != nil {
		return nil, wholeBody("cannot be decoded from base64")
	}
	if len(decoded) > MaxBody {
		return nil, tooLarge()
	}
	return decoded, nil
}

func tooLarge() *problem.Details {
	p := problem.New(http.StatusRequestEntityTooLarge, "The body is larger than 16 KB.")
	return &p
}

// wholeBody is the problem of a body no field of which can be named.
func wholeBody(detail string) *problem.Details {
	return oneField(problem.Body, detail)
}
