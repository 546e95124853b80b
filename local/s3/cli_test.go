package s3_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cli runs the AWS CLI as an administrator.
func (c *cloud) cli(path string, args ...string) string {
	c.t.Helper()
	command := exec.Command(path, append(args, "--endpoint-url", c.url, "--output", "text")...)
	command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	out, _ := command.CombinedOutput() // a failure shows in what is expected
	return string(out)
}

// TestCLI has the AWS CLI put, read and delete, in one part and in many.
func TestCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second to start")
	}
	aws, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("aws, the AWS CLI, is not installed")
	}
	c := newCloud(t)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for name, size := range map[string]int{"small file": 10, "big": 17 << 20} {
		if err := os.WriteFile(file(name), []byte(document(size)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	type step struct {
		args []string
		want string
	}
	object := []string{"--bucket", preset, "--key", "in/small file"}
	for name, steps := range map[string][]step{
		"in parts": {
			{[]string{"s3", "cp", file("big"), "s3://" + preset + "/big"}, "upload: "},
			{[]string{"s3", "cp", "s3://" + preset + "/big", file("back")}, "download: "},
		},
		"at once": {
			{append([]string{"s3api", "put-object", "--body", file("small file"), "--checksum-algorithm", "SHA256"}, object...), "aws:kms"},
			{[]string{"s3", "ls", "s3://" + preset + "/in/"}, "10 small file"},
			{[]string{"s3", "rm", "s3://" + preset + "/in/", "--recursive"}, "delete: "},
			{append([]string{"s3api", "get-object", file("none")}, object...), "(NoSuchKey) when calling the GetObject operation: The specified key does not exist."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mine := *c
			mine.t = t
			for _, step := range steps {
				if got := mine.cli(aws, step.args...); !strings.Contains(got, step.want) {
					t.Errorf("aws %s\n got %s\nwant %s", strings.Join(step.args, " "), got, step.want)
				}
			}
			if got, err := os.ReadFile(file("back")); name == "in parts" && (err != nil || string(got) != document(17<<20)) {
				t.Errorf("what came back: got %d bytes, %v; want what was uploaded", len(got), err)
			}
		})
	}
}
