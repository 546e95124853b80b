package template

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// bootstrapTemplates are a reduced copy of the CLI's bootstrap template and
// the real one, if npx has the CLI.
func bootstrapTemplates(t *testing.T) map[string][]byte {
	t.Helper()
	paths := []string{"testdata/bootstrap.yaml"}
	if home, err := os.UserHomeDir(); err == nil {
		found, err := filepath.Glob(filepath.Join(home, ".npm/_npx/*/node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	templates := map[string][]byte{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		templates[path] = raw
	}
	return templates
}

func TestBootstrapTemplate(t *testing.T) {
	tests := []struct {
		name  string
		given map[string]string
		// has and lacks are parts of the resolved roles and bucket.
		has, lacks []string
		resources  map[string]bool
	}{
		{
			"defaults", nil,
			[]string{
				`"RoleName":"cdk-hnb659fds-file-publishing-role-000000000000-us-east-1"`, `"ManagedPolicyArns":["arn:aws:iam::aws:policy/AdministratorAccess"]`,
				`"BucketName":"cdk-hnb659fds-assets-000000000000-us-east-1"`, `"KMSMasterKeyID":"FileAssetsBucketEncryptionKey/Arn"`,
				`"Null":{"sts:ExternalId":"true"}`, `"NoncurrentDays":30`,
			},
			[]string{"PermissionsBoundary", "sts:TagSession\"],"}, map[string]bool{"FileAssetsBucketEncryptionKey": true, "StagingBucket": true},
		},
		{
			"as the CLI is told", map[string]string{
				"TrustedAccounts": "111111111111,222222222222", "CloudFormationExecutionPolicies": "arn:a,arn:b", "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
				"Qualifier": "own", "InputPermissionsBoundary": "limit", "DenyExternalId": "false", "FileAssetsBucketName": "mine",
			},
			[]string{
				`"RoleName":"cdk-own-cfn-exec-role-000000000000-us-east-1"`, `"ManagedPolicyArns":["arn:a","arn:b"]`, `"BucketName":"mine"`,
				`"Principal":{"AWS":["111111111111","222222222222"]}`, `"PermissionsBoundary":"arn:aws:iam::000000000000:policy/limit"`,
			},
			[]string{"KMSMasterKeyID", "ExternalId"}, map[string]bool{"FileAssetsBucketEncryptionKey": false, "StagingBucket": true},
		},
	}
	for path, raw := range bootstrapTemplates(t) {
		for _, test := range tests {
			t.Run(test.name+" of "+filepath.Base(path), func(t *testing.T) {
				resolved, exports := bootstrap(t, raw, test.given)
				shown := strings.Join(slices.Sorted(maps.Values(resolved)), "\n")
				for _, part := range test.has {
					if !strings.Contains(shown, part) {
						t.Errorf("got %s, want %s in it", shown, part)
					}
				}
				for _, part := range test.lacks {
					if strings.Contains(shown, part) {
						t.Errorf("got %s, want no %s in it", shown, part)
					}
				}
				for id, want := range test.resources {
					if _, got := resolved[id]; got != want {
						t.Errorf("resource %s: got %v, want %v", id, got, want)
					}
				}
				if got, want := exports["FileAssetKeyArn"], "CdkBootstrap-"; !strings.HasPrefix(got, want) {
					t.Errorf("export: got %s, want %s…", got, want)
				}
			})
		}
	}
}

// bootstrap returns the resolved properties by logical id, and the exports.
func bootstrap(t *testing.T, raw []byte, given map[string]string) (resolved, exports map[string]string) {
	t.Helper()
	parsed, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	s := scopeOf(parsed)
	s.Pseudo = map[string]any{"AWS::Region": "us-east-1", "AWS::AccountId": "000000000000", "AWS::Partition": "aws"}
	if _, err := s.CompleteParameters(given); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{s.CheckRules, s.EvaluateConditions, s.CheckReferences} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	order, err := parsed.Order(s.Conditions)
	if err != nil {
		t.Fatal(err)
	}
	resolved = map[string]string{}
	for _, id := range order {
		properties, err := s.Resolve(parsed.Resources[id].Properties)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		raw, err := json.Marshal(properties)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		resolved[id] = string(raw)
	}
	if exports, err = s.Exports(); err != nil {
		t.Fatal(err)
	}
	return resolved, exports
}
