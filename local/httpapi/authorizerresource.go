package httpapi

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"eda-demo/local/frontdoor"
	"eda-demo/local/httpapi/jwt"
	"eda-demo/local/resource"
)

// authorizerProperties are the properties of AWS::ApiGatewayV2::Authorizer that
// are supported: those of JWT authorizers.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html
type authorizerProperties struct {
	ApiId            string
	Name             string
	AuthorizerType   string
	IdentitySource   []string
	JwtConfiguration struct {
		Issuer   string
		Audience []string
	}
}

// identitySource is where a token stands: one header or one query parameter.
var identitySource = regexp.MustCompile(`^\$request\.(header|querystring)\.([!#$%&'*+.^_|~0-9A-Za-z-]+)$`)

func (p *authorizerProperties) check() error {
	switch {
	case p.AuthorizerType != "JWT":
		return fmt.Errorf("property AuthorizerType: %q is not supported, only JWT", p.AuthorizerType)
	case p.Name == "" || len(p.Name) > maxName:
		return fmt.Errorf("property Name: %q has not 1 to %d characters", p.Name, maxName)
	case len(p.IdentitySource) != 1 || !identitySource.MatchString(p.IdentitySource[0]):
		return fmt.Errorf("property IdentitySource: %q is not one $request.header.NAME or $request.querystring.NAME", p.IdentitySource)
	case len(p.JwtConfiguration.Audience) == 0:
		return errors.New("property JwtConfiguration: Audience is missing")
	}
	return nil
}

func (s *Service) createAuthorizer(ctx context.Context, d resource.Definition) (resource.Instance, error) {
	return s.putAuthorizer(ctx, d, creating(d))
}

func (s *Service) updateAuthorizer(ctx context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	return s.putAuthorizer(ctx, next, updating("Authorizer", next.PhysicalID))
}

func (s *Service) deleteAuthorizer(_ context.Context, d resource.Definition) error {
	return s.detach(d, func(c *configuration) error { return c.deleteAuthorizer(d.PhysicalID) })
}

func (s *Service) putAuthorizer(ctx context.Context, d resource.Definition, admitted admit) (resource.Instance, error) {
	var p authorizerProperties
	if err := d.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if err := p.check(); err != nil {
		return resource.Instance{}, err
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return resource.Instance{}, err
	}
	made, err := newAuthorizer(ctx, d, &p)
	if err != nil {
		return resource.Instance{}, err
	}
	err = a.change(func(c *configuration) error {
		if err := admitted(c.authorizers[made.id] != nil); err != nil {
			return err
		}
		c.putAuthorizer(made)
		return nil
	})
	if err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: made.id, Attributes: map[string]any{"AuthorizerId": made.id}}, nil
}

// newAuthorizer refuses an issuer that does not answer, as API Gateway does;
// after a restart, the issuer may come later than the runner.
func newAuthorizer(ctx context.Context, d resource.Definition, p *authorizerProperties) (*authorizer, error) {
	issuer, err := jwt.NewIssuer(p.JwtConfiguration.Issuer)
	if err != nil {
		return nil, fmt.Errorf("property JwtConfiguration: Issuer: %w", err)
	}
	if !d.TakesUp() {
		if err := issuer.Fetch(ctx); err != nil {
			return nil, frontdoor.Errorf("BadRequestException",
				"Caught exception when connecting to %s. Please try again later. Error: %v", p.JwtConfiguration.Issuer, err)
		}
	}
	source := identitySource.FindStringSubmatch(p.IdentitySource[0])
	return &authorizer{
		id: newID(d, idLength), issuer: issuer, audiences: p.JwtConfiguration.Audience,
		inQuery: source[1] == "querystring", name: source[2],
	}, nil
}
