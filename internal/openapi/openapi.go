// Package openapi has the description of the HTTP API of all services. That it
// says what the handlers do, limits included, is tested beside the handlers,
// with package openapitest.
package openapi

import (
	_ "embed"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// Document is the API in OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.1.html.
//
//go:embed openapi.json
var Document string

// Route is the key of the route that the description is served at.
const Route = "GET /openapi.json"

// Answer answers with the description.
func Answer() events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       Document,
	}
}
