package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// VersionHeader is what a program changed by ChangeGetOrder answers with.
const VersionHeader = "X-Version"

// getOrder is the source of the program, below the app's folder.
const getOrder = "lambdas/orders/get-order/main.go"

// ChangeGetOrder changes the program get-order of the app's copy in a folder:
// it tells a version in each answer.
func ChangeGetOrder(app, version string) error {
	raw, err := os.ReadFile(filepath.Join(root, getOrder))
	if err != nil {
		return fmt.Errorf("change get-order: %w", err)
	}
	text := string(raw)
	for _, edit := range [][2]string{
		{"return httpapi.Get(", "return versioned(httpapi.Get("},
		{"log), nil\n", "log)), nil\n"},
		{"import (\n", "import (\n\t\"context\"\n\t\"github.com/aws/aws-lambda-go/events\"\n"},
	} {
		if strings.Count(text, edit[0]) != 1 {
			return fmt.Errorf("change get-order: its source does not have %q once", edit[0])
		}
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	text += fmt.Sprintf(`
type handler = func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

func versioned(next handler) handler {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		response, err := next(ctx, request)
		if response.Headers == nil {
			response.Headers = map[string]string{}
		}
		response.Headers[%q] = %q
		return response, err
	}
}
`, VersionHeader, version)
	if err := os.WriteFile(filepath.Join(app, getOrder), []byte(text), 0o644); err != nil {
		return fmt.Errorf("change get-order: %w", err)
	}
	return nil
}
