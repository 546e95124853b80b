package stacks

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
)

// Auth is who may call the API.
type Auth string

const (
	// AuthNone lets everybody in, up to the limits of Throttle.
	AuthNone Auth = "none"
	// AuthJWT lets in who bears a token of the issuer for the audience.
	AuthJWT Auth = "jwt"
	// AuthIAM lets in who signs as somebody of the account that a policy allows
	// execute-api:Invoke on the route.
	AuthIAM Auth = "iam"
)

// JWT says which tokens are taken with AuthJWT.
type JWT struct {
	// Issuer is the URL that publishes its keys at
	// <issuer>/.well-known/openid-configuration.
	Issuer string
	// Audience is the "aud" or, in tokens without, the "client_id".
	Audience string
}

func (c *Config) setAuth(value string) error {
	switch auth := Auth(value); auth {
	case AuthNone, AuthJWT, AuthIAM:
		c.Auth = auth
		return nil
	}
	return fmt.Errorf("accepted are %s, %s and %s", AuthIAM, AuthJWT, AuthNone)
}

// setJWTIssuer takes http for this machine only, where the local runner finds
// the issuers of tests; AWS takes https only.
func (c *Config) setJWTIssuer(value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(value, "?#") ||
		u.Scheme != "https" && !(u.Scheme == "http" && isThisMachine(u.Hostname())) {
		return errors.New("accepted is the https URL of an issuer of tokens, such as https://login.example.com/eda")
	}
	c.JWT.Issuer = value
	return nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c *Config) setJWTAudience(value string) error {
	if value == "" || strings.ContainsAny(value, " \t\r\n") {
		return errors.New("accepted is the audience of the tokens, without spaces")
	}
	c.JWT.Audience = value
	return nil
}

// checkAuth refuses tokens that nothing is known of, and what would be
// silently without effect.
func (c *Config) checkAuth() error {
	given := map[string]string{"jwtIssuer": c.JWT.Issuer, "jwtAudience": c.JWT.Audience}
	for _, key := range []string{"jwtIssuer", "jwtAudience"} {
		switch value := given[key]; {
		case c.Auth == AuthJWT && value == "":
			return fmt.Errorf("context auth=%q: accepted is %s together with jwtIssuer and jwtAudience, and %s is missing", c.Auth, AuthJWT, key)
		case c.Auth != AuthJWT && value != "":
			return fmt.Errorf("context %s=%q: accepted only with auth=%s, not with auth=%s", key, value, AuthJWT, c.Auth)
		}
	}
	return nil
}

// authorization is what the API's routes ask of a request.
type authorization struct {
	kind       string
	authorizer *string // id; nil if the kind needs none
}

// authorize says how the API's requests are authorized.
func (s scope) authorize(api awsapigatewayv2.CfnApi) authorization {
	switch s.cfg.Auth {
	case AuthIAM:
		return authorization{kind: "AWS_IAM"}
	case AuthJWT:
		authorizer := awsapigatewayv2.NewCfnAuthorizer(s.Construct, jsii.String("Authorizer"), &awsapigatewayv2.CfnAuthorizerProps{
			ApiId:          api.Ref(),
			Name:           jsii.String("jwt"),
			AuthorizerType: jsii.String("JWT"),
			IdentitySource: jsii.Strings("$request.header.Authorization"),
			JwtConfiguration: &awsapigatewayv2.CfnAuthorizer_JWTConfigurationProperty{
				Issuer:   jsii.String(s.cfg.JWT.Issuer),
				Audience: jsii.Strings(s.cfg.JWT.Audience),
			},
		})
		return authorization{kind: "JWT", authorizer: authorizer.Ref()}
	}
	return authorization{kind: "NONE"}
}
