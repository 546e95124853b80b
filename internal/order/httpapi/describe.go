package httpapi

import (
	_ "embed"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// description is the API in OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.1.html.
// That it says what the handlers do, limits included, is tested.
//
//go:embed openapi.json
var description string

// descriptionRoute is the key of the route that the description is served at.
const descriptionRoute = "GET /openapi.json"

// described answers with the description.
func described() events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       description,
	}
}
