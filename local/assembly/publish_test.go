package assembly

import (
	"runtime"
	"strings"
	"testing"

	"eda-demo/internal/gobuild"
)

// TestChangedProgramOfAVersionIsSynthesized: an app that publishes versions
// names them after the programs.
func TestChangedProgramOfAVersionIsSynthesized(t *testing.T) {
	stubNode(t)
	root := t.TempDir()
	publishing := strings.Replace(goApp, `\"G\":{}`, `\"G\":{\"Type\":\"AWS::Lambda::Version\"}`, 1)
	write(t, root, map[string]string{
		"cdk.json": `{"app":"go run ."}`, "go.mod": "module fake\n\ngo 1.26\n", "main.go": publishing, ".build/runs": "",
	})
	app := &App{Root: root, Target: gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}}
	for i, text := range []string{"", "", "println()", "println()", "println(1)", ""} {
		write(t, root, map[string]string{"lambdas/hello/main.go": "package main\n\nfunc main() { " + text + " }\n"})
		synthesize(t, app)
		if got, want := runs(t, app), []int{1, 1, 2, 2, 3, 3}[i]; got != want {
			t.Errorf("with the program %q the app has run %d times, want %d", text, got, want)
		}
	}
}
