package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are the README and everything in docs/.
func documents(t *testing.T) []string {
	t.Helper()
	found := []string{"../../README.md"}
	err := filepath.WalkDir("../../docs", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```$")
	inCode  = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)|<(https?://[^>\s]+)>`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*?) *$`)
	address = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s]*)?$`)
	notSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchor is a heading as GitHub links to it.
func anchor(text string) string {
	return strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(text), ""), " ", "-")
}

func anchorsOf(t *testing.T, file string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, file), ""), -1) {
		found[anchor(match[1])] = true
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestLinksLeadSomewhere follows the links within the repository, headings
// included. Of those to the web, only the form is checked: what is not here can
// be down.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, file := range documents(t) {
		text := inCode.ReplaceAllString(fenced.ReplaceAllString(read(t, file), ""), "")
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target := match[1] + match[2]
			if strings.Contains(target, "://") {
				if !address.MatchString(target) {
					t.Errorf("%s links to %s, which is no address", file, target)
				}
				continue
			}
			path, fragment, _ := strings.Cut(target, "#")
			at := file
			if path != "" {
				at = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(at); err != nil {
				t.Errorf("%s links to %s: %v", file, target, err)
			} else if fragment != "" && !anchorsOf(t, at)[fragment] {
				t.Errorf("%s links to %s, and there is no such heading", file, target)
			}
		}
	}
}

// TestIndexIsWhole holds that docs/README.md leads to every document.
func TestIndexIsWhole(t *testing.T) {
	index := read(t, "../../docs/README.md")
	for _, file := range documents(t)[1:] {
		name, err := filepath.Rel("../../docs", file)
		if err != nil {
			t.Fatal(err)
		}
		if name != "README.md" && !strings.Contains(index, "]("+filepath.ToSlash(name)+")") {
			t.Errorf("docs/README.md has no link to %s", name)
		}
	}
}
