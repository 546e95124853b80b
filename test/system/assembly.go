package system

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"eda-demo/local/assembly"
)

// Synthesize makes an assembly of the app in dir, as `cdk synth` does, with
// programs for this machine. settings are CDK context besides that.
func Synthesize(ctx context.Context, dir string, settings map[string]string) error {
	return SynthesizeApp(ctx, root, dir, settings)
}

// appParts are the files and folders in the module's root that the app is made
// from.
var appParts = []string{"go.mod", "go.sum", "app.go", "cdk.json", "stacks", "statemachines", "internal", "lambdas"}

// CopyApp copies the app's sources to the folder to, so that they can be
// changed.
func CopyApp(to string) error {
	for _, part := range appParts {
		from, into := filepath.Join(root, part), filepath.Join(to, part)
		info, err := os.Stat(from)
		if err != nil {
			return fmt.Errorf("copy the app: %w", err)
		}
		if info.IsDir() {
			err = os.CopyFS(into, os.DirFS(from))
		} else {
			err = copyFile(from, into)
		}
		if err != nil {
			return fmt.Errorf("copy the app: %w", err)
		}
	}
	return nil
}

func copyFile(from, to string) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, raw, 0o644)
}

// SynthesizeApp is Synthesize for the app in the folder app. The programs are
// unpacked once, for all copies of the assembly.
func SynthesizeApp(ctx context.Context, app, dir string, settings map[string]string) error {
	all := map[string]string{"target": runtime.GOOS + "/" + runtime.GOARCH}
	maps.Copy(all, settings)
	raw, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("synthesize: encode the context: %w", err)
	}
	command := exec.CommandContext(ctx, "go", "run", ".")
	command.Dir = app
	command.Env = append(os.Environ(), "CDK_OUTDIR="+dir, "CDK_CONTEXT_JSON="+string(raw))
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("synthesize: %w\n%s", err, out)
	}
	if _, err := assembly.Open(dir); err != nil {
		return fmt.Errorf("synthesize: %w", err)
	}
	return nil
}

// templateFile is the name of the template in an assembly.
const templateFile = stackName + ".template.json"

// The files of an assembly that name the template by the hash of its content.
const (
	manifestFile = "manifest.json"
	assetsFile   = stackName + ".assets.json"
)

// CopyAssembly makes, in the empty folder to, an assembly with another
// template. What else the assembly in from has, it shares.
func CopyAssembly(from, to string, template Template) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("copy the assembly: %w", err)
	}
	if from, err = filepath.Abs(from); err != nil {
		return fmt.Errorf("copy the assembly: %w", err)
	}
	if err := copyManifests(from, to, template); err != nil {
		return fmt.Errorf("copy the assembly: %w", err)
	}
	for _, entry := range entries {
		switch entry.Name() {
		case templateFile, manifestFile, assetsFile:
			continue
		}
		if err := os.Symlink(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil {
			return fmt.Errorf("copy the assembly: %w", err)
		}
	}
	return template.Write(to)
}

// copyManifests copies the files that name the template, with its new name:
// the CDK CLI takes an asset whose name is known as uploaded.
func copyManifests(from, to string, template Template) error {
	raw, err := json.Marshal(template)
	if err != nil {
		return err
	}
	assets, err := os.ReadFile(filepath.Join(from, assetsFile))
	if err != nil {
		return err
	}
	var parsed struct {
		Files map[string]struct{ Source struct{ Path string } }
	}
	if err := json.Unmarshal(assets, &parsed); err != nil {
		return err
	}
	renamed := strings.NewReplacer()
	for hash, file := range parsed.Files {
		if file.Source.Path == templateFile {
			renamed = strings.NewReplacer(hash, fmt.Sprintf("%x", sha256.Sum256(raw)))
		}
	}
	manifest, err := os.ReadFile(filepath.Join(from, manifestFile))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, assetsFile), []byte(renamed.Replace(string(assets))), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, manifestFile), []byte(renamed.Replace(string(manifest))), 0o644)
}

// Template is a CloudFormation template, decoded.
type Template map[string]any

// ReadTemplate reads the template of the assembly in dir.
func ReadTemplate(dir string) (Template, error) {
	raw, err := os.ReadFile(filepath.Join(dir, templateFile))
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	var template Template
	if err := json.Unmarshal(raw, &template); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return template, nil
}

// Write replaces the template of the assembly in dir.
func (t Template) Write(dir string) error {
	raw, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, templateFile), raw, 0o644); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	return nil
}

// Copy returns a template that shares nothing with this one.
func (t Template) Copy() (Template, error) {
	raw, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("copy the template: %w", err)
	}
	var copied Template
	if err := json.Unmarshal(raw, &copied); err != nil {
		return nil, fmt.Errorf("copy the template: %w", err)
	}
	return copied, nil
}

// Resources are the resources by their logical ids. They are the template's
// own: a change changes it.
func (t Template) Resources() map[string]any {
	all, _ := t["Resources"].(map[string]any)
	return all
}

// Find returns the logical id and the properties of the only resource of a
// type for which a property has a value; any of the type if property is "".
func (t Template) Find(kind, property, value string) (id string, properties map[string]any, err error) {
	for _, candidate := range slices.Sorted(maps.Keys(t.Resources())) {
		resource, _ := t.Resources()[candidate].(map[string]any)
		found, _ := resource["Properties"].(map[string]any)
		if resource["Type"] != kind || property != "" && found[property] != value {
			continue
		}
		if id != "" {
			return "", nil, fmt.Errorf("the template has more than one %s with %s %q", kind, property, value)
		}
		id, properties = candidate, found
	}
	if id == "" {
		return "", nil, fmt.Errorf("the template has no %s with %s %q", kind, property, value)
	}
	return id, properties, nil
}

// Remove takes a resource out of the template, and out of what depends on it.
// References to it stay.
func (t Template) Remove(id string) {
	delete(t.Resources(), id)
	for _, resource := range t.Resources() {
		properties, _ := resource.(map[string]any)
		if needed, ok := properties["DependsOn"].([]any); ok {
			properties["DependsOn"] = slices.DeleteFunc(needed, func(other any) bool { return other == id })
		}
	}
}

// Rename gives a resource another logical id, and so do all references to it
// by Ref, Fn::GetAtt and DependsOn.
func (t Template) Rename(id, to string) {
	t.Resources()[to] = t.Resources()[id]
	delete(t.Resources(), id)
	renamed(map[string]any(t), id, to)
}

// renamed replaces a text wherever it stands as a whole value.
func renamed(value any, from, to string) any {
	switch value := value.(type) {
	case string:
		if value == from {
			return to
		}
	case []any:
		for i, element := range value {
			value[i] = renamed(element, from, to)
		}
	case map[string]any:
		for name, member := range value {
			value[name] = renamed(member, from, to)
		}
	}
	return value
}
