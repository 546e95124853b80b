// Package jwt verifies JSON Web Tokens as API Gateway's JWT authorizers do:
// signed with RSA by a key that the token's issuer publishes, meant for one of
// the audiences, and valid now. Other algorithms are refused, as by API Gateway.
//
// JWS: https://www.rfc-editor.org/rfc/rfc7515, JWT: rfc7519, JWK: rfc7517
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
package jwt
