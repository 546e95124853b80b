// Package assembly gets hold of a CDK cloud assembly: it reads one that is
// there, or synthesizes the app of a folder when its sources changed since the
// last time.
//
// Format of cloud assemblies:
// https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
package assembly

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Assembly is a cloud assembly with one stack.
type Assembly struct {
	// StackName is the name of the stack, such as "EdaDemo".
	StackName string
	// Template is the stack's template.
	Template []byte

	assets  map[string]string // folder of an asset, by object key
	sources fingerprint       // what it was synthesized from
}

type manifest struct {
	Artifacts map[string]artifact
}

type artifact struct {
	Type       string
	Properties struct {
		TemplateFile string
		StackName    string
		File         string
	}
}

type assetManifest struct {
	Files map[string]struct {
		Source struct {
			Path      string
			Packaging string
		}
		Destinations map[string]struct{ ObjectKey string }
	}
}

// Open reads the assembly in dir. The assets in it that are zip archives are
// unpacked beside themselves, into folders that stay: the CDK names an asset
// after its content, so the next start finds them.
func Open(dir string) (*Assembly, error) {
	var m manifest
	if err := readJSON(filepath.Join(dir, "manifest.json"), &m); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is no cloud assembly: it has no manifest.json", dir)
		}
		return nil, err
	}
	a := &Assembly{assets: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(m.Artifacts)) {
		if err := a.add(dir, name, m.Artifacts[name]); err != nil {
			return nil, fmt.Errorf("open the assembly in %s: artifact %s: %w", dir, name, err)
		}
	}
	if a.Template == nil {
		return nil, fmt.Errorf("open the assembly in %s: it has no stack", dir)
	}
	return a, nil
}

// add reads an artifact of the manifest. Kinds that don't matter here, such as
// the tree of constructs, are passed over.
func (a *Assembly) add(dir, name string, artifact artifact) error {
	switch artifact.Type {
	case "aws:cloudformation:stack":
		return a.addStack(dir, name, artifact)
	case "cdk:asset-manifest":
		return a.addAssets(dir, artifact.Properties.File)
	case "cdk:cloud-assembly":
		return errors.New("stages are not supported")
	}
	return nil
}

func (a *Assembly) addStack(dir, name string, artifact artifact) error {
	if a.Template != nil {
		return fmt.Errorf("there is a second stack beside %s; only one can be run", a.StackName)
	}
	file, err := inside(dir, artifact.Properties.TemplateFile)
	if err != nil {
		return err
	}
	if a.Template, err = os.ReadFile(file); err != nil {
		return err
	}
	a.StackName = cmp.Or(artifact.Properties.StackName, name)
	return nil
}

func (a *Assembly) addAssets(dir, name string) error {
	file, err := inside(dir, name)
	if err != nil {
		return err
	}
	var m assetManifest
	if err := readJSON(file, &m); err != nil {
		return err
	}
	var archives []string
	for _, asset := range m.Files {
		path := asset.Source.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		switch {
		case asset.Source.Packaging == "zip": // a folder, for whoever publishes it to compress
		case filepath.Ext(path) == ".zip":
			archives = append(archives, path)
			path = folderOf(path)
		default:
			continue // the template itself
		}
		for _, destination := range asset.Destinations {
			a.assets[destination.ObjectKey] = path
		}
	}
	return unpackAll(archives)
}

// inside is the path of a file that the manifest names.
func inside(dir, name string) (string, error) {
	if !filepath.IsLocal(name) || name == "." {
		return "", fmt.Errorf("%q is not the name of a file in the assembly", name)
	}
	return filepath.Join(dir, name), nil
}

// Code returns the folder of the asset with an S3 object key. The key alone
// tells assets apart, whatever the bucket. If none has it, the error is an
// fs.ErrNotExist.
func (a *Assembly) Code(s3Key string) (dir string, err error) {
	dir, ok := a.assets[s3Key]
	if !ok {
		return "", fmt.Errorf("the assembly has no asset %s: %w", s3Key, fs.ErrNotExist)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("asset %s is not a folder", s3Key)
	}
	return dir, nil
}

func readJSON(path string, into any) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
