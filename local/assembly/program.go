package assembly

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// packageMetadata is the key, in the metadata of a function, of the Go package
// that its program is built from.
const packageMetadata = "eda-demo:go-package"

// bootstrap is the file in a function's asset that is its program.
const bootstrap = "bootstrap"

// program is a build that is newer than the assembly that it belongs to.
type program struct {
	// Name is that of its folder.
	Name string
	// Key stands for the S3 object key that its asset would have: it tells
	// programs apart by what they are.
	Key string
}

// functions returns the functions of a template with the Go packages that
// their programs are built from.
func functions(resources map[string]any) map[string][]map[string]any {
	byPackage := map[string][]map[string]any{}
	for _, value := range resources {
		declared, _ := value.(map[string]any)
		metadata, _ := declared["Metadata"].(map[string]any)
		if name, _ := metadata[packageMetadata].(string); strings.HasPrefix(name, "./") {
			byPackage[name] = append(byPackage[name], declared)
		}
	}
	return byPackage
}

func (a *Assembly) parsed() (template, resources map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(a.Template))
	decoder.UseNumber()
	if err := decoder.Decode(&template); err != nil {
		return nil, nil, fmt.Errorf("read the template: %w", err)
	}
	resources, _ = template["Resources"].(map[string]any)
	return template, resources, nil
}

// goPackages are the Go packages that the template's functions are built from,
// sorted, with the folders of the assembly's own builds.
func (a *Assembly) goPackages() ([]string, map[string]string, error) {
	_, resources, err := a.parsed()
	if err != nil {
		return nil, nil, err
	}
	var packages []string
	folders := map[string]string{}
	for name, declared := range functions(resources) {
		packages = append(packages, name)
		if code := codeOf(declared[0]); code != nil {
			key, _ := code["S3Key"].(string)
			folders[name] = a.assets[key]
		}
	}
	slices.Sort(packages)
	return packages, folders, nil
}

// publishes tells whether the template publishes versions of functions: what
// these are called is made from the programs, so that a changed program needs
// another template, or nobody would invoke it.
func (a *Assembly) publishes() bool {
	_, resources, err := a.parsed()
	if err != nil {
		return false // Open has read it
	}
	for _, value := range resources {
		if declared, _ := value.(map[string]any); declared["Type"] == "AWS::Lambda::Version" {
			return true
		}
	}
	return false
}

func codeOf(function map[string]any) map[string]any {
	properties, _ := function["Properties"].(map[string]any)
	code, _ := properties["Code"].(map[string]any)
	return code
}

// use has the template's functions use newer builds of their programs, each in
// a folder below dir.
func (a *Assembly) use(programs map[string]program, dir string) error {
	if len(programs) == 0 {
		return nil
	}
	template, resources, err := a.parsed()
	if err != nil {
		return err
	}
	for name, declared := range functions(resources) {
		newer, ok := programs[name]
		if !ok {
			continue
		}
		a.assets[newer.Key] = filepath.Join(dir, newer.Name)
		for _, function := range declared {
			if code := codeOf(function); code != nil {
				code["S3Key"] = newer.Key
			}
		}
	}
	if a.Template, err = json.MarshalIndent(template, "", " "); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	return nil
}

// differing returns the program in a folder, unless it is that in another.
func differing(name, folder, other string) (program, bool, error) {
	raw, err := os.ReadFile(filepath.Join(folder, bootstrap))
	if err != nil {
		return program{}, false, err
	}
	if known, err := os.ReadFile(filepath.Join(other, bootstrap)); err == nil && bytes.Equal(raw, known) {
		return program{}, false, nil
	}
	sum := sha256.Sum256(raw)
	return program{name, hex.EncodeToString(sum[:]) + ".zip"}, true, nil
}
