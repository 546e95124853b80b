package assembly

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"eda-demo/internal/gobuild"
)

// App is a CDK app and how to synthesize it.
type App struct {
	// Root is the folder with cdk.json.
	Root string
	// Context overrides the context of cdk.json.
	Context map[string]string
	// Target is the platform that the programs are built for: the context key
	// "target".
	Target gobuild.Target
	// Progress, if given, is told what takes time.
	Progress func(step string)
	// Messages, if given, receives what the app prints.
	Messages io.Writer
}

// Synthesize returns the app's assembly. If nothing changed since an earlier
// call, that assembly is used; if only programs changed, only they are built.
// What is made is kept below .build/local in the app's folder.
func (a *App) Synthesize(ctx context.Context) (*Assembly, error) {
	s, err := a.prepare()
	if err != nil {
		return nil, err
	}
	return s.assembly(ctx)
}

// prepare looks at the app's sources as they are now.
func (a *App) prepare() (*synthesis, error) {
	root, err := filepath.Abs(a.Root)
	if err != nil {
		return nil, fmt.Errorf("find the app's folder: %w", err)
	}
	app := *a
	app.Root = root
	s := &synthesis{App: &app, cache: &cache{dir: filepath.Join(root, ".build", "local")}}
	if s.settings, err = readSettings(root); err != nil {
		return nil, err
	}
	if s.cdkContext, err = app.context(s.settings); err != nil {
		return nil, err
	}
	s.sources, err = fingerprintTree(root, s.cdkContext)
	return s, err
}

// assembly is the assembly of the sources.
func (s *synthesis) assembly(ctx context.Context) (*Assembly, error) {
	unlock, err := s.cache.lock(ctx, func() { s.progress("waiting for another start to synthesize") })
	if err != nil {
		return nil, err
	}
	defer unlock()
	if found, ok := s.cache.load(s.sources); ok {
		return found, nil
	}
	r, err := s.bringUpToDate(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.cache.store(s.sources, r); err != nil {
		return nil, err
	}
	return s.cache.open(s.sources, r)
}

func (a *App) progress(step string) {
	if a.Progress != nil {
		a.Progress(step)
	}
}

// synthesis is one look at the sources.
type synthesis struct {
	*App
	settings   settings
	cdkContext []byte
	sources    fingerprint
	cache      *cache
}

func (s *synthesis) bringUpToDate(ctx context.Context) (record, error) {
	app, err := s.fingerprintApp(ctx)
	if err != nil {
		return record{}, err
	}
	dir := s.cache.assemblyDir(app)
	known, err := Open(dir)
	if err == nil && known.publishes() {
		app, dir = s.sources, s.cache.assemblyDir(s.sources)
		known, err = Open(dir)
	}
	if err == nil {
		s.progress("building the Lambda programs")
		programs, err := s.buildPrograms(ctx, known, s.cache.programsDir(s.sources))
		return record{app, programs}, err
	}
	s.progress("synthesizing the app" + s.firstTime())
	return record{App: app}, s.run(ctx, dir)
}

// firstTime warns of what takes long only once.
func (s *synthesis) firstTime() string {
	if _, err := os.Stat(s.cache.assemblyDir("")); err == nil {
		return ""
	}
	return "; the first time, this compiles the CDK, which takes a minute or two"
}

// fingerprintApp tells the app from its programs if it is a Go program; of
// another app anything may be a part.
func (s *synthesis) fingerprintApp(ctx context.Context) (fingerprint, error) {
	if strings.Join(strings.Fields(s.settings.App), " ") != "go run ." {
		return s.sources, nil
	}
	if err := requireTool("go"); err != nil {
		return "", err
	}
	return fingerprintApp(ctx, s.Root, s.cdkContext)
}

// buildPrograms builds the programs of an assembly whose template is current,
// keeps copies in dir of those that differ from the assembly's, and returns
// these by Go package.
func (s *synthesis) buildPrograms(ctx context.Context, known *Assembly, dir string) (map[string]program, error) {
	packages, folders, err := known.goPackages()
	if err != nil || len(packages) == 0 {
		return nil, err
	}
	built, err := gobuild.Build(ctx, s.Root, s.Target, packages)
	if err != nil {
		return nil, err
	}
	newer := map[string]program{}
	for _, b := range built {
		p, differs, err := differing(b.Name, b.Dir, folders[b.Package])
		if err != nil {
			return nil, fmt.Errorf("compare program %s: %w", b.Name, err)
		}
		if !differs {
			continue
		}
		if err := replaceFolder(filepath.Join(dir, b.Name), b.Dir); err != nil {
			return nil, fmt.Errorf("keep program %s: %w", b.Name, err)
		}
		newer[b.Package] = p
	}
	return newer, nil
}

func replaceFolder(folder, from string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.CopyFS(folder, os.DirFS(from))
}

// run synthesizes the app into dir as the CDK CLI does: with the app command
// of cdk.json, told where to write and the context by environment variables.
func (s *synthesis) run(ctx context.Context, dir string) error {
	if err := requireTool("node"); err != nil {
		return err
	}
	fresh := dir + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("make room for the assembly: %w", err)
	}
	if err := s.runCommand(ctx, fresh); err != nil {
		return fmt.Errorf("synthesize the app with %q: %w", s.settings.App, err)
	}
	if _, err := Open(fresh); err != nil {
		return fmt.Errorf("synthesize the app with %q: %w", s.settings.App, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("replace the assembly: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("replace the assembly: %w", err)
	}
	return nil
}

func (s *synthesis) runCommand(ctx context.Context, outdir string) error {
	command := exec.CommandContext(ctx, "sh", "-c", s.settings.App)
	endTogether(command)
	command.Dir = s.Root
	command.Env = append(os.Environ(), "CDK_OUTDIR="+outdir, "CDK_CONTEXT_JSON="+string(s.cdkContext),
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=true", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=true")
	last := &tail{}
	command.Stdout = last
	if s.Messages != nil {
		command.Stdout = io.MultiWriter(s.Messages, last)
	}
	command.Stderr = command.Stdout
	err := command.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if text := last.line(); err != nil && text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}

type settings struct {
	App     string         `json:"app"`
	Context map[string]any `json:"context"`
}

func readSettings(root string) (settings, error) {
	var s settings
	if err := readJSON(filepath.Join(root, "cdk.json"), &s); err != nil {
		return s, fmt.Errorf("read the app's settings: %w", err)
	}
	if s.App == "" {
		return s, errors.New("read the app's settings: cdk.json has no \"app\"")
	}
	return s, nil
}

// context is the context that the app sees, as JSON: that of
// cdk.context.json, over it that of cdk.json, the target, and a.Context.
func (a *App) context(settings settings) ([]byte, error) {
	merged := map[string]any{}
	err := readJSON(filepath.Join(a.Root, "cdk.context.json"), &merged)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the app's context: %w", err)
	}
	maps.Copy(merged, settings.Context)
	merged["target"] = a.Target.String()
	for key, value := range a.Context {
		merged[key] = value
	}
	if target := fmt.Sprint(merged["target"]); target != a.Target.String() {
		return nil, fmt.Errorf("context key target: the programs can't run here if they are built for %q, only if for %s", target, a.Target)
	}
	return json.Marshal(merged)
}

func requireTool(name string) error {
	if _, err := exec.LookPath(name); err != nil {
		return fmt.Errorf("%s is needed to synthesize the app and was not found in PATH; see the README's requirements, or pass an assembly with -app", name)
	}
	return nil
}
