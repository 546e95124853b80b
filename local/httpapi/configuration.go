package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
)

// The refusals are API Gateway's:
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html

// putIntegration adds an integration or replaces the one with its id.
func (c *configuration) putIntegration(i *integration) {
	integrations := maps.Clone(c.integrations)
	if integrations == nil {
		integrations = map[string]*integration{}
	}
	integrations[i.id] = i
	c.integrations = integrations
}

// deleteIntegration refuses to if routes lead to the integration.
func (c *configuration) deleteIntegration(id string) error {
	var users []string
	for _, r := range c.routes {
		if r.integration == id {
			users = append(users, r.id)
		}
	}
	if users != nil {
		return conflict("Cannot delete Integration because it is referenced by the following Routes with Ids: [%s]", strings.Join(users, ", "))
	}
	c.integrations = maps.Clone(c.integrations)
	delete(c.integrations, id)
	return nil
}

// putAuthorizer adds an authorizer or replaces the one with its id.
func (c *configuration) putAuthorizer(a *authorizer) {
	authorizers := maps.Clone(c.authorizers)
	if authorizers == nil {
		authorizers = map[string]*authorizer{}
	}
	authorizers[a.id] = a
	c.authorizers = authorizers
}

// deleteAuthorizer refuses to if routes ask the authorizer.
func (c *configuration) deleteAuthorizer(id string) error {
	for _, r := range c.routes {
		if r.authorization.authorizer == id {
			return conflict("Cannot delete authorizer '%s', is referenced by route: %s", id, r.id)
		}
	}
	c.authorizers = maps.Clone(c.authorizers)
	delete(c.authorizers, id)
	return nil
}

// putRoute adds a route or replaces the one with its id.
func (c *configuration) putRoute(r *route) error {
	if c.integrations[r.integration] == nil {
		return fmt.Errorf("property Target: there is no integration %q", r.integration)
	}
	if err := c.checkAuthorizer(r.authorization); err != nil {
		return err
	}
	if other := c.routeByKey(r.key); other != nil && other.id != r.id {
		return conflict("Route with key %s already exists for this API", r.key)
	}
	c.deleteRoute(r.id)
	c.routes = insert(c.routes, r)
	return nil
}

func (c *configuration) deleteRoute(id string) {
	c.routes = slices.DeleteFunc(slices.Clone(c.routes), func(r *route) bool { return r.id == id })
}

func (c *configuration) hasRoute(id string) bool {
	return slices.ContainsFunc(c.routes, func(r *route) bool { return r.id == id })
}

// routeByKey returns the route with a key, or nil.
func (c *configuration) routeByKey(key string) *route {
	for _, r := range c.routes {
		if r.key == key {
			return r
		}
	}
	return nil
}

func conflict(format string, args ...any) error {
	return frontdoor.Errorf("ConflictException", format, args...)
}

func notExisting(format string, args ...any) error {
	return frontdoor.Errorf("NotFoundException", format, args...)
}
