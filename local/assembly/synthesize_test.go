package assembly

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/internal/gobuild"
)

// script is an app that is no Go program: it counts its runs, shows its
// context and writes an assembly.
const script = `echo run >>.build/runs; echo "$CDK_CONTEXT_JSON" >.build/context; echo hello from the app
mkdir -p "$CDK_OUTDIR"
echo '{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}}}' >"$CDK_OUTDIR/manifest.json"
echo '{}' >"$CDK_OUTDIR/t.json"
`

// scripted returns an app whose command is "sh app.sh".
func scripted(t *testing.T, text string) *App {
	t.Helper()
	stubNode(t)
	root := t.TempDir()
	write(t, root, map[string]string{"cdk.json": `{"app":"sh sub/app.sh","context":{"email":"a@b","target":"linux/arm64"}}`, "sub/app.sh": text, ".build/runs": ""})
	return &App{Root: root, Target: gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}}
}

// stubNode makes sure that there is a node in PATH; these apps need none.
func stubNode(t *testing.T) {
	t.Helper()
	bin := t.TempDir()
	write(t, bin, map[string]string{"node": "#!/bin/sh\n"})
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func runs(t *testing.T, app *App) int {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(app.Root, ".build", "runs"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(raw), "\n")
}

func synthesize(t *testing.T, app *App) *Assembly {
	t.Helper()
	a, err := app.Synthesize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSynthesizesOnlyWhenSourcesChanged(t *testing.T) {
	app := scripted(t, script)
	tests := []struct {
		name   string
		change map[string]string
		want   int
	}{
		{"first", nil, 1},
		{"nothing", nil, 1},
		{"source", map[string]string{"stacks/a.txt": "1"}, 2},
		{"source again", map[string]string{"stacks/a.txt": "2"}, 3},
		{"source as it was", map[string]string{"stacks/a.txt": "1"}, 3},
		{"settings", map[string]string{"cdk.json": `{"app":"sh sub/app.sh"}`}, 4},
		{"context", map[string]string{"cdk.context.json": `{"zone":"a"}`}, 5},
		{"what the app is not made from", map[string]string{
			"README.md": "x", "out.json": "{}", "a_test.go": "x", "stacks/b_test.go": "x", "stacks/NOTES.md": "x", ".git/HEAD": "x",
			"local/main.go": "x", "docs/x.txt": "x", "cdk.out/t.json": "x", "node_modules/x/y.js": "x", "stacks/testdata/z": "x", "stacks/.hidden": "x",
		}, 5},
		{"a folder called as an uninvolved one, but deeper", map[string]string{"internal/local/x.go": "x"}, 6},
	}
	for _, test := range tests {
		write(t, app.Root, test.change)
		if a := synthesize(t, app); a.StackName != "S" {
			t.Errorf("%s: got stack %s, want S", test.name, a.StackName)
		}
		if got := runs(t, app); got != test.want {
			t.Errorf("%s: the app has run %d times, want %d", test.name, got, test.want)
		}
	}
}

func TestContext(t *testing.T) {
	app := scripted(t, script)
	write(t, app.Root, map[string]string{"cdk.context.json": `{"zone":"a","email":"from cdk.context.json"}`})
	app.Context = map[string]string{"stage": "prod"}
	var messages bytes.Buffer
	app.Messages = &messages
	synthesize(t, app)
	raw, err := os.ReadFile(filepath.Join(app.Root, ".build", "context"))
	want := fmt.Sprintf(`{"email":"a@b","stage":"prod","target":"%s","zone":"a"}`, app.Target)
	if err != nil || strings.TrimSpace(string(raw)) != want {
		t.Errorf("got %s, %v; want %s", raw, err, want)
	}
	if got, want := messages.String(), "hello from the app\n"; got != want {
		t.Errorf("messages: got %q, want %q", got, want)
	}
	app.Context["stage"] = "demo"
	synthesize(t, app)
	if got := runs(t, app); got != 2 {
		t.Errorf("after another context the app has run %d times, want 2", got)
	}
}

func TestSynthesizeFails(t *testing.T) {
	tests := []struct{ name, settings, text, want string }{
		{"no settings", ``, script, "read the app's settings: open "},
		{"no app", `{}`, script, `read the app's settings: cdk.json has no "app"`},
		{"app fails", `{"app":"sh sub/app.sh"}`, "echo busy; echo 'context key stage: bad' >&2; echo 'exit status 1' >&2; exit 3", `synthesize the app with "sh sub/app.sh": exit status 3: context key stage: bad`},
		{"app writes nothing", `{"app":"sh sub/app.sh"}`, "true", "is no cloud assembly: it has no manifest.json"},
		{"app writes half", `{"app":"sh sub/app.sh"}`, `mkdir -p "$CDK_OUTDIR"; echo '{"artifacts":{}}' >"$CDK_OUTDIR/manifest.json"`, "it has no stack"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app := scripted(t, test.text)
			write(t, app.Root, map[string]string{"cdk.json": test.settings})
			if test.settings == "" {
				if err := os.Remove(filepath.Join(app.Root, "cdk.json")); err != nil {
					t.Fatal(err)
				}
			}
			a, err := app.Synthesize(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v\nwant %s", a, err, test.want)
			}
			write(t, app.Root, map[string]string{"cdk.json": `{"app":"sh sub/app.sh"}`, "sub/app.sh": script})
			synthesize(t, app) // nothing of the failure is kept
		})
	}
}

func TestForeignTarget(t *testing.T) {
	app := scripted(t, script)
	app.Context = map[string]string{"target": "plan9/mips"}
	_, err := app.Synthesize(t.Context())
	if want := `context key target: the programs can't run here if they are built for "plan9/mips"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMissingTools(t *testing.T) {
	for _, test := range []struct{ tool, settings string }{{"node", `{"app":"sh sub/app.sh"}`}, {"go", `{"app":"go run ."}`}} {
		app := scripted(t, script)
		write(t, app.Root, map[string]string{"cdk.json": test.settings})
		t.Setenv("PATH", t.TempDir())
		_, err := app.Synthesize(t.Context())
		want := test.tool + " is needed to synthesize the app and was not found in PATH; see the README's requirements, or pass an assembly with -app"
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	app := scripted(t, script)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if _, err := app.Synthesize(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := runs(t, app); got != 1 {
		t.Errorf("the app has run %d times, want 1", got)
	}
}

func TestWaitingCanBeInterrupted(t *testing.T) {
	app := scripted(t, script)
	c := &cache{dir: filepath.Join(app.Root, ".build", "local")}
	unlock, err := c.lock(t.Context(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	var steps []string
	app.Progress = func(step string) { steps = append(steps, step); cancel() }
	_, err = app.Synthesize(ctx)
	if want := []string{"waiting for another start to synthesize"}; !errors.Is(err, context.Canceled) || !slices.Equal(steps, want) {
		t.Errorf("got %v after steps %q, want it cancelled after %q", err, steps, want)
	}
}

func TestInterruptEndsTheAppAndItsChildren(t *testing.T) {
	app := scripted(t, `sleep 60 & echo started; wait`)
	ctx, cancel := context.WithCancel(t.Context())
	app.Messages = writerFunc(func([]byte) { cancel() })
	start := time.Now()
	_, err := app.Synthesize(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it cancelled", err)
	}
	// Its output stays open as long as the child lives: the return shows its end.
	if took := time.Since(start); took >= waitDelay {
		t.Errorf("took %v, want the child killed at once", took)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	for i := range kept + 3 {
		name := filepath.Join(dir, fmt.Sprint(i))
		write(t, name, map[string]string{"file": "x"})
		at := time.Now().Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := prune(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != kept || entries[0].Name() != "3" {
		t.Errorf("got %v, %v; want the %d youngest", entries, err, kept)
	}
	if err := prune(filepath.Join(dir, "none")); err != nil {
		t.Errorf("no folder: got %v, want no error", err)
	}
	if err := prune(filepath.Join(dir, "3", "file")); err == nil {
		t.Error("no folder but a file: got no error, want one")
	}
}

func TestWhatIsLostIsMadeAgain(t *testing.T) {
	app := scripted(t, script)
	synthesize(t, app)
	for _, lost := range []struct {
		folder string
		runs   int
	}{{"assemblies", 2}, {"records", 2}, {"", 3}} {
		if err := os.RemoveAll(filepath.Join(app.Root, ".build", "local", lost.folder)); err != nil {
			t.Fatal(err)
		}
		synthesize(t, app)
		if got := runs(t, app); got != lost.runs {
			t.Errorf("%q lost: the app has run %d times, want %d", lost.folder, got, lost.runs)
		}
	}
}

func TestMovedFolder(t *testing.T) {
	app := scripted(t, script)
	synthesize(t, app)
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(app.Root, moved); err != nil {
		t.Fatal(err)
	}
	t.Chdir(moved)
	app.Root = "."
	synthesize(t, app)
	if got := runs(t, app); got != 1 {
		t.Errorf("in another place the app has run %d times, want 1", got)
	}
}

// goApp writes its assembly like the scripts, with a function whose program
// is built from ./lambdas/hello.
const goApp = `package main

import "os"

func main() {
	out := os.Getenv("CDK_OUTDIR")
	os.MkdirAll(out+"/asset.1", 0o755)
	write := func(name, text string, flag int) {
		file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|flag, 0o644)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		file.WriteString(text)
	}
	write(".build/runs", "run\n", os.O_APPEND)
	write(out+"/asset.1/bootstrap", "built by the app", 0)
	write(out+"/t.json", "{\"Resources\":{\"F\":{\"Metadata\":{\"eda-demo:go-package\":\"./lambdas/hello\"},\"Properties\":{\"Code\":{\"S3Key\":\"1.zip\"}}},\"G\":{}}}", 0)
	write(out+"/assets.json", "{\"files\":{\"1\":{\"source\":{\"path\":\"asset.1\",\"packaging\":\"zip\"},\"destinations\":{\"d\":{\"objectKey\":\"1.zip\"}}}}}", 0)
	write(out+"/manifest.json", "{\"artifacts\":{\"S\":{\"type\":\"aws:cloudformation:stack\",\"properties\":{\"templateFile\":\"t.json\"}},\"S.assets\":{\"type\":\"cdk:asset-manifest\",\"properties\":{\"file\":\"assets.json\"}}}}", 0)
}
`

// keyIn is the S3 key of the template's function.
func keyIn(t *testing.T, a *Assembly) string {
	t.Helper()
	var template struct {
		Resources struct {
			F struct {
				Properties struct{ Code struct{ S3Key string } }
			}
		}
	}
	if err := json.Unmarshal(a.Template, &template); err != nil {
		t.Fatal(err)
	}
	return template.Resources.F.Properties.Code.S3Key
}

func TestChangedProgramIsBuiltAlone(t *testing.T) {
	stubNode(t)
	root := t.TempDir()
	write(t, root, map[string]string{
		"cdk.json": `{"app":"go run ."}`, "go.mod": "module fake\n\ngo 1.26\n", "main.go": goApp, ".build/runs": "",
		"lambdas/hello/main.go": "package main\n\nfunc main() {}\n",
	})
	var steps []string
	app := &App{Root: root, Target: gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}, Progress: func(step string) { steps = append(steps, step) }}
	tests := []struct {
		name   string
		change map[string]string
		runs   int
		steps  []string
		folder string
	}{
		{"first", nil, 1, []string{"synthesizing the app; the first time, this compiles the CDK, which takes a minute or two"}, filepath.Join("assemblies", "*", "asset.1")},
		{"program", map[string]string{"lambdas/hello/main.go": "package main\n\nfunc main() { println() }\n"}, 1, []string{"building the Lambda programs"}, filepath.Join("programs", "*", "hello")},
		{"nothing", nil, 1, nil, filepath.Join("programs", "*", "hello")},
		{"program as it was", map[string]string{"lambdas/hello/main.go": "package main\n\nfunc main() {}\n"}, 1, nil, filepath.Join("assemblies", "*", "asset.1")},
		{"app", map[string]string{"main.go": goApp + "\n// changed\n"}, 2, []string{"synthesizing the app"}, filepath.Join("assemblies", "*", "asset.1")},
	}
	for _, test := range tests {
		steps = nil
		write(t, root, test.change)
		found := synthesize(t, app)
		folder, err := found.Code(keyIn(t, found))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		matched, err := filepath.Match(filepath.Join(root, ".build", "local", test.folder), folder)
		if _, missing := os.Stat(filepath.Join(folder, "bootstrap")); err != nil || !matched || missing != nil {
			t.Errorf("%s: got folder %s (%v), want %s with a bootstrap", test.name, folder, missing, test.folder)
		}
		if got := runs(t, app); got != test.runs || !slices.Equal(steps, test.steps) {
			t.Errorf("%s: the app has run %d times with steps %q, want %d and %q", test.name, got, steps, test.runs, test.steps)
		}
	}
	write(t, root, map[string]string{"lambdas/hello/main.go": "package main\n\nfunc main() { nonsense }\n"})
	if _, err := app.Synthesize(t.Context()); err == nil || !strings.Contains(err.Error(), "undefined: nonsense") {
		t.Errorf("a program that does not compile: got %v, want what the compiler says", err)
	}
	write(t, root, map[string]string{"main.go": "package main\n\nfunc main() { nonsense }\n"})
	if _, err := app.Synthesize(t.Context()); err == nil || !strings.Contains(err.Error(), "undefined: nonsense") {
		t.Errorf("an app that does not compile: got %v, want what the compiler says", err)
	}
}
