package httpapi_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/sts"
)

var tokenKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// provider serves the key of tokens and returns the issuer's URL.
func provider(t testing.TB) string {
	t.Helper()
	var url string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/keys" {
			json.NewEncoder(w).Encode(map[string]string{"jwks_uri": url + "/keys"})
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "kid": "a", "n": base64.RawURLEncoding.EncodeToString(tokenKey().N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(tokenKey().E)).Bytes()),
		}}})
	}))
	t.Cleanup(server.Close)
	url = server.URL
	return url
}

func token(t testing.TB, issuer, audience, scope string) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"iss": issuer, "aud": audience, "scope": scope, "exp": time.Now().Unix() + 60})
	if err != nil {
		t.Fatal(err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"a"}`)) + "." + base64.RawURLEncoding.EncodeToString(raw)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, tokenKey(), crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func authorizerProperties(api, issuer, source string) string {
	return fmt.Sprintf(`{"ApiId":"%s","Name":"jwt","AuthorizerType":"JWT","IdentitySource":["%s"],
		"JwtConfiguration":{"Issuer":"%s","Audience":["orders"]}}`, api, source, issuer)
}

// guarded creates an API with routes by their properties, and returns its id
// and URL. %s in them is the id of a JWT authorizer, if the issuer is not "".
func (a *apis) guarded(issuer, source string, routes map[string]string) (id, url string) {
	a.t.Helper()
	api := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`)
	integration := a.create("Integration", `{"ApiId":"`+api.ID+`","IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"`+functionARN+`"}`)
	authorizer := ""
	if issuer != "" {
		authorizer = a.create("Authorizer", authorizerProperties(api.ID, issuer, source)).ID
	}
	for key, properties := range routes {
		a.create("Route", `{"ApiId":"`+api.ID+`","RouteKey":"`+key+`","Target":"integrations/`+integration.ID+`",`+
			strings.ReplaceAll(properties, "%s", authorizer)+`}`)
	}
	a.create("Stage", `{"ApiId":"`+api.ID+`","StageName":"$default","AutoDeploy":true}`)
	return api.ID, api.Attributes["ApiEndpoint"].(string)
}

func (a *apis) authorizerOfLastEvent() map[string]any {
	request, _ := a.lastEvent()["requestContext"].(map[string]any)
	authorizer, _ := request["authorizer"].(map[string]any)
	return authorizer
}

func TestTokens(t *testing.T) {
	a := start(t)
	issuer := provider(t)
	_, url := a.guarded(issuer, "$request.header.Authorization", map[string]string{
		"GET /any":    `"AuthorizationType":"JWT","AuthorizerId":"%s"`,
		"GET /scoped": `"AuthorizationType":"JWT","AuthorizerId":"%s","AuthorizationScopes":["write","admin"]`,
		"GET /open":   `"AuthorizationType":"NONE"`,
	})
	good := token(t, issuer, "orders", "read")
	for _, test := range []struct {
		path, authorization string
		status              int
		body, challenge     string
	}{
		{"/open", "", 200, "fine", ""},
		{"/any", "Bearer " + good, 200, "fine", ""},
		{"/any", "bearer " + good, 200, "fine", ""},
		{"/any", good, 200, "fine", ""},
		{"/any", "", 401, `{"message":"Unauthorized"}`, "Bearer"},
		{"/any", "Basic abc", 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="the token does not have three segments"`},
		{"/any", "Bearer " + token(t, issuer, "invoices", ""), 401, `{"message":"Unauthorized"}`,
			`Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`},
		{"/scoped", "Bearer " + token(t, issuer, "orders", "read write"), 200, "fine", ""},
		{"/scoped", "Bearer " + good, 403, `{"message":"Forbidden"}`,
			`Bearer scope="write admin" error="insufficient_scope" error_description="the token has none of the route's scopes"`},
	} {
		var headers []string
		if test.authorization != "" {
			headers = []string{"Authorization", test.authorization}
		}
		got := send(t, "GET", url+test.path, "", headers...)
		if got.status != test.status || got.body != test.body || got.header.Get("Www-Authenticate") != test.challenge {
			t.Errorf("GET %s with %.40q: %d %s, challenge %s; want %d %s, challenge %s", test.path, test.authorization,
				got.status, got.body, got.header.Get("Www-Authenticate"), test.status, test.body, test.challenge)
		}
	}
}

func TestClaimsReachTheFunction(t *testing.T) {
	a := start(t)
	issuer := provider(t)
	_, url := a.guarded(issuer, "$request.querystring.token", map[string]string{
		"GET /any":    `"AuthorizationType":"JWT","AuthorizerId":"%s"`,
		"GET /scoped": `"AuthorizationType":"JWT","AuthorizerId":"%s","AuthorizationScopes":["write"]`,
		"GET /open":   `"AuthorizationType":"NONE"`,
	})
	for path, scopes := range map[string]any{"/any": nil, "/scoped": []any{"read", "write"}} {
		if got := send(t, "GET", url+path+"?token="+token(t, issuer, "orders", "read write"), ""); got.status != 200 {
			t.Errorf("GET %s: %d %s, want 200", path, got.status, got.body)
		}
		jwt, _ := a.authorizerOfLastEvent()["jwt"].(map[string]any)
		claims, _ := jwt["claims"].(map[string]any)
		if claims["iss"] != issuer || claims["aud"] != "orders" || !reflect.DeepEqual(jwt["scopes"], scopes) {
			t.Errorf("GET %s: the function sees %v, want the token's claims and the scopes %v", path, jwt, scopes)
		}
	}
	send(t, "GET", url+"/open", "")
	if got := a.authorizerOfLastEvent(); got != nil {
		t.Errorf("on an open route the function sees the caller %v, want none", got)
	}
}

func TestSignedRequests(t *testing.T) {
	a := start(t)
	a.door.Register(sts.New(doortest.Account, a.door.Directory()).API()...)
	id, url := a.guarded("", "", map[string]string{"ANY /order/{id}": `"AuthorizationType":"AWS_IAM"`})
	admin := doortest.Serve(t, a.door)
	may := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"execute-api:Invoke",
		"Resource":"arn:aws:execute-api:us-east-1:000000000000:` + id + `/$default/GET/order/*"}}`
	reader := doortest.AsRole(t, a.door, admin, "reader", may)
	for _, test := range []struct {
		name, method, service, region string
		caller                        aws.Config
		status                        int
	}{
		{"the role, as allowed", "GET", "execute-api", "us-east-1", reader, 200},
		{"the role, beyond what is allowed", "DELETE", "execute-api", "us-east-1", reader, 403},
		{"the administrator", "DELETE", "execute-api", "us-east-1", admin, 200},
		{"for another service", "GET", "lambda", "us-east-1", reader, 403},
		{"for another Region", "GET", "execute-api", "eu-west-1", reader, 403},
	} {
		got := signed(t, test.caller, test.method, url+"/order/1", test.service, test.region)
		if got.StatusCode != test.status {
			t.Errorf("%s: %s answers %d, want %d", test.name, test.method, got.StatusCode, test.status)
		}
	}
	if got := send(t, "GET", url+"/order/1", ""); got.status != 403 || got.body != `{"message":"Forbidden"}` {
		t.Errorf("unsigned: %d %s, want 403 Forbidden", got.status, got.body)
	}
	signed(t, reader, "GET", url+"/order/1", "execute-api", "us-east-1")
	who, _ := a.authorizerOfLastEvent()["iam"].(map[string]any)
	if arn := fmt.Sprint(who["userArn"]); who["accountId"] != doortest.Account || !strings.HasSuffix(arn, ":assumed-role/reader/test") || who["accessKey"] == "" {
		t.Errorf("the function sees %v, want the role's session", who)
	}
}

// signed sends a signed request.
func signed(t *testing.T, caller aws.Config, method, url, service, region string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := caller.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	empty := fmt.Sprintf("%x", sha256.Sum256(nil))
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, request, empty, service, region, time.Now()); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response
}

func TestAuthorizerLifecycle(t *testing.T) {
	a := start(t)
	issuer := provider(t)
	api := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`)
	kind := a.service.Resources()["AWS::ApiGatewayV2::Authorizer"]
	properties := authorizerProperties(api.ID, issuer, "$request.header.Authorization")
	d := resource.Definition{LogicalID: "A", Type: "AWS::ApiGatewayV2::Authorizer", Properties: json.RawMessage(properties), Stack: doortest.Stack()}
	made, err := kind.Create(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kind.Create(t.Context(), d); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("created again: error %v, want that it exists", err)
	}
	d.PhysicalID = made.ID
	if _, err := kind.Create(t.Context(), d); err != nil {
		t.Errorf("taken up: %v", err)
	}
	next := d
	next.Properties = json.RawMessage(authorizerProperties(api.ID, issuer, "$request.header.X-Token"))
	for _, change := range [][2]resource.Definition{{d, next}, {next, d}} {
		if _, err := kind.Update(t.Context(), change[0], change[1]); err != nil {
			t.Errorf("update: %v", err)
		}
	}
	integration := a.create("Integration", `{"ApiId":"`+api.ID+`","IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"`+functionARN+`"}`)
	route := resource.Definition{LogicalID: "R", Type: "AWS::ApiGatewayV2::Route", Stack: doortest.Stack(), Properties: json.RawMessage(
		`{"ApiId":"` + api.ID + `","RouteKey":"GET /","Target":"integrations/` + integration.ID + `","AuthorizationType":"JWT","AuthorizerId":"` + made.ID + `"}`)}
	user, err := a.service.Resources()[route.Type].Create(t.Context(), route)
	if err != nil {
		t.Fatal(err)
	}
	route.PhysicalID = user.ID
	if err := kind.Delete(t.Context(), d); err == nil || !strings.Contains(err.Error(), "is referenced by route") {
		t.Errorf("deleted under a route: error %v, want that the route uses it", err)
	}
	if err := a.service.Resources()[route.Type].Delete(t.Context(), route); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := kind.Delete(t.Context(), d); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := kind.Update(t.Context(), d, next); err == nil {
		t.Error("updated after its deletion")
	}
}

func TestAuthorizationRefused(t *testing.T) {
	a := start(t)
	issuer := provider(t)
	api := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`)
	integration := a.create("Integration", `{"ApiId":"`+api.ID+`","IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"`+functionARN+`"}`)
	good := authorizerProperties(api.ID, issuer, "$request.header.Authorization")
	authorizer := a.create("Authorizer", good).ID
	route := func(properties string) string {
		return `{"ApiId":"` + api.ID + `","RouteKey":"GET /","Target":"integrations/` + integration.ID + `",` + properties + `}`
	}
	silent := httptest.NewServer(http.NotFoundHandler())
	defer silent.Close()
	for _, test := range []struct{ kind, properties, want string }{
		{"Authorizer", strings.Replace(good, `"JWT"`, `"REQUEST"`, 1), `property AuthorizerType: "REQUEST" is not supported`},
		{"Authorizer", strings.Replace(good, `$request.header.Authorization`, `$context.x`, 1), "property IdentitySource"},
		{"Authorizer", strings.Replace(good, `["orders"]`, `[]`, 1), "Audience is missing"},
		{"Authorizer", strings.Replace(good, issuer, "http://example.com", 1), "neither an https URL"},
		{"Authorizer", strings.Replace(good, issuer, silent.URL, 1), "Caught exception when connecting to " + silent.URL},
		{"Authorizer", strings.Replace(good, `"Name"`, `"AuthorizerResultTtlInSeconds":1,"Name"`, 1), "AuthorizerResultTtlInSeconds is not supported"},
		{"Route", route(`"AuthorizationType":"CUSTOM"`), "property AuthorizationType: CUSTOM is not supported"},
		{"Route", route(`"AuthorizationType":"JWT"`), "property AuthorizerId"},
		{"Route", route(`"AuthorizationType":"JWT","AuthorizerId":"nope"`), "Invalid authorizer ID nope"},
		{"Route", route(`"AuthorizationType":"AWS_IAM","AuthorizerId":"` + authorizer + `"`), "property AuthorizerId"},
		{"Route", route(`"AuthorizationType":"AWS_IAM","AuthorizationScopes":["a"]`), "property AuthorizationScopes"},
	} {
		if _, err := a.tryCreate(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("create %s %s:\n got %v\nwant %s", test.kind, test.properties, err, test.want)
		}
	}
}
