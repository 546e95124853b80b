package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/resource"
)

// cors is the CORS configuration of an API; nil if it has none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type cors struct {
	AllowCredentials resource.Bool
	AllowHeaders     []string
	AllowMethods     []string
	AllowOrigins     []string
	ExposeHeaders    []string
	MaxAge           *resource.Int // seconds
}

func (c *cors) check() error {
	if c == nil {
		return nil
	}
	if bool(c.AllowCredentials) && slices.Contains(c.AllowOrigins, "*") {
		return errors.New("AllowCredentials is not allowed with the origin *")
	}
	if c.MaxAge != nil && (*c.MaxAge < -1 || *c.MaxAge > 86400) {
		return errors.New("MaxAge must be between -1 and 86400")
	}
	return nil
}

// allowed returns what to answer to an origin; empty if it is not allowed.
func (c *cors) allowed(origin string) string {
	if c == nil || origin == "" {
		return ""
	}
	for _, pattern := range c.AllowOrigins {
		switch {
		case pattern == "*":
			return "*"
		case pattern == origin:
			return origin
		case pattern == "https://*" && strings.HasPrefix(origin, "https://"),
			pattern == "http://*" && strings.HasPrefix(origin, "http://"):
			return origin
		}
	}
	return ""
}

// isPreflight tells whether a browser asks what it may send. API Gateway
// answers that itself if CORS is configured, whatever the routes are.
func (c *cors) isPreflight(r *http.Request) bool {
	return c != nil && r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight answers 204, with headers only if the origin is allowed.
func (c *cors) preflight(w http.ResponseWriter, origin string) {
	if allowed := c.allowed(origin); allowed != "" {
		header := w.Header()
		c.common(header, allowed)
		setList(header, "Access-Control-Allow-Methods", c.AllowMethods)
		setList(header, "Access-Control-Allow-Headers", c.AllowHeaders)
		if c.MaxAge != nil {
			header.Set("Access-Control-Max-Age", strconv.FormatInt(int64(*c.MaxAge), 10))
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// apply replaces the CORS headers that a function has set by those that are
// configured.
func (c *cors) apply(header http.Header, origin string) {
	if c == nil {
		return
	}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			header.Del(name)
		}
	}
	if allowed := c.allowed(origin); allowed != "" {
		c.common(header, allowed)
		setList(header, "Access-Control-Expose-Headers", c.ExposeHeaders)
	}
}

func (c *cors) common(header http.Header, allowed string) {
	header.Set("Access-Control-Allow-Origin", allowed)
	if bool(c.AllowCredentials) {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if allowed != "*" {
		header.Add("Vary", "Origin")
	}
}

func setList(header http.Header, name string, values []string) {
	if len(values) > 0 {
		header.Set(name, strings.Join(values, ","))
	}
}
