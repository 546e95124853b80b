// Package httpapi is API Gateway's HTTP APIs in front of Lambda functions:
// routes, the payload format 2.0, authorization by tokens and by IAM, CORS and
// throttling. Each API listens on a port of its own.
//
// It owns the APIs and their listeners. Functions are invoked through the
// front door as apigateway.amazonaws.com, so that their permissions decide.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
package httpapi
