package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/httpapi/jwt"
	"eda-demo/local/iam"
)

// The kinds of authorization of a route.
const (
	openToAll = "NONE"
	byToken   = "JWT"
	bySigner  = "AWS_IAM"
)

// authorizer tells whose requests a route takes by the token that they bear.
type authorizer struct {
	id        string
	issuer    *jwt.Issuer
	audiences []string
	// The token stands in the header, or in the parameter of the query, of this
	// name.
	inQuery bool
	name    string
}

// authorization is what a route asks of requests.
type authorization struct {
	kind       string // openToAll, byToken or bySigner
	authorizer string // the id of one, byToken
	scopes     []string
}

// authorizerContext is what a function gets to know of the caller.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type authorizerContext struct {
	JWT *jwtContext `json:"jwt,omitempty"`
	IAM *iamContext `json:"iam,omitempty"`
}

type jwtContext struct {
	Claims map[string]string `json:"claims"`
	Scopes []string          `json:"scopes"` // null unless the route has scopes
}

type iamContext struct {
	AccessKey       string `json:"accessKey"`
	AccountID       string `json:"accountId"`
	CallerID        string `json:"callerId"`
	CognitoIdentity any    `json:"cognitoIdentity"` // null: there is no Cognito here
	PrincipalOrgID  any    `json:"principalOrgId"`  // null: the account is in no organization
	UserARN         string `json:"userArn"`
	UserID          string `json:"userId"`
}

// authorize notes who makes the request, or returns the answer that refuses it.
func (x *exchange) authorize() (refusal *answer) {
	switch asked := x.route.authorization; asked.kind {
	case byToken:
		return x.authorizeToken(asked)
	case bySigner:
		return x.authorizeSigner()
	}
	return nil
}

func (x *exchange) authorizeToken(asked authorization) (refusal *answer) {
	by := x.config.authorizers[asked.authorizer]
	compact := by.token(x.request)
	if compact == "" {
		return challenge(unauthorized, "Bearer")
	}
	token, err := by.issuer.Verify(x.request.Context(), compact, by.audiences, x.received)
	if err != nil {
		x.failure = err.Error()
		return challenge(unauthorized, bearer(asked.scopes, "invalid_token", err.Error()))
	}
	if !token.HasAnyScope(asked.scopes) {
		x.failure = "the token has none of the route's scopes"
		return challenge(forbidden, bearer(asked.scopes, "insufficient_scope", x.failure))
	}
	x.caller = &authorizerContext{JWT: &jwtContext{Claims: token.Claims()}}
	if len(asked.scopes) > 0 {
		x.caller.JWT.Scopes = token.Scopes
	}
	return nil
}

// token is what stands where the token is expected, with or without Bearer.
func (a *authorizer) token(r *http.Request) string {
	value := r.Header.Get(a.name)
	if a.inQuery {
		value = r.URL.Query().Get(a.name)
	}
	if scheme, rest, found := strings.Cut(value, " "); found && strings.EqualFold(scheme, "Bearer") {
		value = rest
	}
	return strings.TrimSpace(value)
}

// bearer is the challenge in an answer.
// https://www.rfc-editor.org/rfc/rfc6750#section-3
func bearer(scopes []string, code, description string) string {
	return fmt.Sprintf(`Bearer scope="%s" error="%s" error_description="%s"`, strings.Join(scopes, " "), code, description)
}

func challenge(out answer, text string) *answer {
	out.header = out.header.Clone()
	out.header.Set("Www-Authenticate", text)
	return &out
}

// authorizeSigner lets in whoever may invoke the route. As at the front door,
// whose key it is decides; the signature itself is not verified.
func (x *exchange) authorizeSigner() (refusal *answer) {
	config := x.api.service.config
	key, signed := x.signer()
	if !signed {
		return &forbidden
	}
	directory := config.Door.Directory()
	p := directory.Identify(key)
	err := directory.Authorize(p, iam.Access{Action: "execute-api:Invoke", Resource: x.invokeARN()})
	if _, denied := errors.AsType[*iam.Denied](err); denied {
		x.failure = err.Error()
		return &forbidden
	}
	if err == nil {
		err = x.noteSigner(p, key)
	}
	if err != nil {
		out := x.failed(internalError, fmt.Errorf("authorize: %w", err))
		return &out
	}
	return nil
}

// noteSigner has the function know who has signed, in the words of STS.
func (x *exchange) noteSigner(p iam.Principal, key string) error {
	var who struct{ Arn, UserId, Account string }
	ctx := context.WithoutCancel(x.request.Context())
	if err := x.api.service.config.Door.Call(ctx, p, "sts", "GetCallerIdentity", struct{}{}, &who); err != nil {
		return err
	}
	x.caller = &authorizerContext{IAM: &iamContext{
		AccessKey: key, AccountID: who.Account, CallerID: who.UserId, UserARN: who.Arn, UserID: who.UserId,
	}}
	return nil
}

// signer is the access key of a request that is signed for APIs of this
// Region, in its header or, if it is presigned, in its query.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func (x *exchange) signer() (key string, signed bool) {
	credential := x.request.URL.Query().Get("X-Amz-Credential")
	if header := x.request.Header.Get("Authorization"); header != "" {
		rest, ours := strings.CutPrefix(header, "AWS4-HMAC-SHA256 ")
		_, rest, found := strings.Cut(rest, "Credential=")
		if !ours || !found || !strings.Contains(rest, "Signature=") {
			return "", false
		}
		credential, _, _ = strings.Cut(rest, ",")
	}
	scope := strings.Split(strings.TrimSpace(credential), "/")
	if len(scope) != 5 || scope[0] == "" || !slices.Equal(scope[2:], []string{x.api.service.config.Region, "execute-api", "aws4_request"}) {
		return "", false
	}
	return scope[0], true
}

// invokeARN is the resource of execute-api:Invoke: the path as it is requested.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
func (x *exchange) invokeARN() string {
	config := x.api.service.config
	return "arn:aws:execute-api:" + config.Region + ":" + config.Account + ":" + x.api.id + "/" + defaultStage + "/" +
		x.request.Method + x.request.URL.Path
}

// readAuthorization reads what a route asks of requests.
func (p *routeProperties) readAuthorization() (authorization, error) {
	asked := authorization{openToAll, p.AuthorizerId, p.AuthorizationScopes}
	if p.AuthorizationType != "" {
		asked.kind = p.AuthorizationType
	}
	switch {
	case !slices.Contains([]string{openToAll, byToken, bySigner}, asked.kind):
		return asked, fmt.Errorf("property AuthorizationType: %s is not supported, only %s, %s and %s", asked.kind, openToAll, byToken, bySigner)
	case (asked.kind == byToken) != (asked.authorizer != ""):
		return asked, fmt.Errorf("property AuthorizerId: AuthorizationType %s and authorizer %q do not go together", asked.kind, asked.authorizer)
	case asked.kind != byToken && asked.scopes != nil:
		return asked, fmt.Errorf("property AuthorizationScopes: scopes are for AuthorizationType %s only", byToken)
	}
	return asked, nil
}

// checkAuthorizer refuses a route by an authorizer that is not there.
func (c *configuration) checkAuthorizer(asked authorization) error {
	if asked.kind == byToken && c.authorizers[asked.authorizer] == nil {
		return frontdoor.Errorf("BadRequestException", "Invalid authorizer ID %s", asked.authorizer)
	}
	return nil
}
