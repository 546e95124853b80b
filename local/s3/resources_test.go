package s3_test

import (
	"strings"
	"testing"

	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// bootstrapped is the staging bucket of the CDK's bootstrap template.
const bootstrapped = `{"BucketName":"` + preset + `","AccessControl":"Private",
	"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]},
	"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true},
	"VersioningConfiguration":{"Status":"Enabled"},
	"LifecycleConfiguration":{"Rules":[
		{"Id":"CleanupOldVersions","Status":"Enabled","NoncurrentVersionExpiration":{"NoncurrentDays":30}},
		{"Id":"AbortIncompleteMultipartUploads","Status":"Enabled","AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}}]}}`

func secure(bucket string) string {
	return `{"Bucket":"` + bucket + `","PolicyDocument":{"Id":"AccessControl","Version":"2012-10-17","Statement":[{"Sid":"AllowSSLRequestsOnly",
		"Action":"s3:*","Effect":"Deny","Resource":["arn:aws:s3:::` + bucket + `","arn:aws:s3:::` + bucket + `/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Principal":"*"}]}}`
}

func (c *cloud) create(kind string, d resource.Definition) resource.Instance {
	c.t.Helper()
	instance, err := c.kind(kind).Create(c.t.Context(), d)
	if err != nil {
		c.t.Fatalf("create %s: %v", d.LogicalID, err)
	}
	return instance
}

func (c *cloud) update(kind string, previous, next resource.Definition) resource.Instance {
	c.t.Helper()
	instance, err := c.kind(kind).Update(c.t.Context(), previous, next)
	if err != nil {
		c.t.Fatalf("update %s: %v", next.LogicalID, err)
	}
	return instance
}

func (c *cloud) delete(kind string, d resource.Definition) {
	c.t.Helper()
	if err := c.kind(kind).Delete(c.t.Context(), d); err != nil {
		c.t.Fatalf("delete %s: %v", d.LogicalID, err)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one with %q", err, want)
	}
}

func TestBucketResource(t *testing.T) {
	c := newCloud(t)
	instance := c.create("Bucket", definition("Orders", "", `{"BucketName":"orders","Tags":[{"Key":"a","Value":"b"}]}`))
	if instance.ID != "orders" || instance.Attributes["Arn"] != "arn:aws:s3:::orders" || instance.Attributes["RegionalDomainName"] != "orders.s3.us-east-1.amazonaws.com" {
		t.Errorf("got %+v, want the bucket orders", instance)
	}
	_, err := c.kind("Bucket").Create(t.Context(), definition("Other", "", `{"BucketName":"orders"}`))
	wantError(t, err, "already exists")
	unnamed := c.create("Bucket", definition("Assets4A7E3555", "", `{}`))
	if !strings.HasPrefix(unnamed.ID, "test-assets4a7e3555-") {
		t.Errorf("got the name %q, want one made of the stack and the logical id", unnamed.ID)
	}
	c.want(200, "", "PUT", "/orders/k", "a")
	wantError(t, c.kind("Bucket").Delete(t.Context(), definition("Orders", "orders", `{}`)), "BucketNotEmpty")
	c.want(204, "", "DELETE", "/orders/k", "")
	for range 2 {
		c.delete("Bucket", definition("Orders", "orders", `{}`))
	}
	c.want(404, "NoSuchBucket", "GET", "/orders?location", "")
	if got, want := c.kind("Bucket").Immutable, "BucketName"; len(got) != 1 || got[0] != want {
		t.Errorf("got immutable properties %v, want %s", got, want)
	}
}

func TestBucketUpdates(t *testing.T) {
	c := newCloud(t)
	plain := definition("Orders", "orders", `{"BucketName":"orders"}`)
	c.create("Bucket", definition("Orders", "", `{"BucketName":"orders"}`))
	c.want(200, "", "PUT", "/orders/k", "a")
	tests := []struct{ properties, query, want, after string }{
		{`"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"BucketKeyEnabled":"true","ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"alias/aws/s3"}}]}`, "encryption",
			"<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/aws/s3</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true<", "<SSEAlgorithm>AES256<"},
		{`"VersioningConfiguration":{"Status":"Enabled"}`, "versioning", "<Status>Enabled<", "<Status>Suspended<"},
		{`"Tags":[{"Key":"a","Value":"b"}]`, "location", "LocationConstraint", "LocationConstraint"},
	}
	for _, test := range tests {
		changed := definition("Orders", "orders", `{"BucketName":"orders",`+test.properties+`}`)
		for range 2 {
			if got := c.update("Bucket", plain, changed); got.ID != "orders" || got.Attributes["Arn"] == nil {
				t.Errorf("%s: got %+v, want the whole bucket", test.properties, got)
			}
		}
		c.want(200, test.want, "GET", "/orders?"+test.query, "")
		c.update("Bucket", changed, plain)
		c.want(200, test.after, "GET", "/orders?"+test.query, "")
	}
	c.want(200, "a", "GET", "/orders/k", "")
	_, err := c.kind("Bucket").Update(t.Context(), plain, definition("Orders", "orders", `{"VersioningConfiguration":{"Status":"Enabled"},"AccessControl":"PublicRead"}`))
	wantError(t, err, "property AccessControl")
	c.want(200, "<Status>Suspended<", "GET", "/orders?versioning", "")
	_, err = c.kind("Bucket").Update(t.Context(), definition("Gone", "gone", `{}`), definition("Gone", "gone", `{}`))
	wantError(t, err, "NoSuchBucket")
}

func TestRefusedBucketProperties(t *testing.T) {
	c := newCloud(t)
	tests := []struct{ properties, want string }{
		{`{"BucketName":"Orders"}`, "InvalidBucketName"},
		{`{"BucketName":""}`, "property BucketName"},
		{`{"WebsiteConfiguration":{}}`, "WebsiteConfiguration is not supported"},
		{`{"AccessControl":"PublicRead"}`, "property AccessControl"},
		{`{"VersioningConfiguration":{"Status":"On"}}`, "property VersioningConfiguration.Status"},
		{`{"BucketEncryption":{"ServerSideEncryptionConfiguration":[]}}`, "property BucketEncryption"},
		{`{"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms:dsse"}}]}}`, "SSEAlgorithm"},
		{`{"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256","KMSMasterKeyID":"k"}}]}}`, "KMSMasterKeyID"},
		{`{"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"k"}}]}}`, "KMSMasterKeyID k is not supported"},
		{`{"LifecycleConfiguration":{"Rules":[]}}`, "LifecycleConfiguration.Rules"},
		{`{"LifecycleConfiguration":{"Rules":[{"Status":"Enabled","ExpirationInDays":1}]}}`, "ExpirationInDays is not supported"},
		{`{"LifecycleConfiguration":{"Rules":[{"Status":"Enabled"}]}}`, "at least one action"},
		{`{"LifecycleConfiguration":{"Rules":[{"Status":"On","ExpiredObjectDeleteMarker":true}]}}`, "Rules[0].Status"},
	}
	for _, test := range tests {
		_, err := c.kind("Bucket").Create(t.Context(), definition("B", "", test.properties))
		wantError(t, err, test.want)
	}
	if got := c.send("GET", "/", "").body; strings.Count(got, "<Bucket>") != 1 {
		t.Errorf("got %s, want the preset bucket only", got)
	}
}

// TestBootstrap has a template create the preset bucket and give it up again.
func TestBootstrap(t *testing.T) {
	c := newCloud(t)
	c.want(200, "", "PUT", "/"+preset+"/asset", "zip")
	c.delete("Bucket", definition("StagingBucket", preset, bootstrapped)) // nobody's
	c.create("Bucket", definition("StagingBucket", "", bootstrapped))
	c.create("BucketPolicy", definition("StagingBucketPolicy", "", secure(preset)))
	c.want(200, "zip", "GET", "/"+preset+"/asset", "")
	_, err := c.kind("Bucket").Create(t.Context(), definition("StagingBucket", "", bootstrapped))
	wantError(t, err, "already exists")
	c.want(204, "", "DELETE", "/"+preset+"/asset", "")
	c.delete("Bucket", definition("StagingBucket", preset, bootstrapped))
	c.want(200, "<KeyCount>0<", "GET", "/"+preset+"?list-type=2", "")
	c.create("Bucket", definition("StagingBucket", "", bootstrapped))
	c.create("BucketPolicy", definition("StagingBucketPolicy", "", secure(preset)))
}

func allow(bucket, role string) string {
	return `{"Bucket":"` + bucket + `","PolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/` + role + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucket + `/*"}}}`
}

func TestBucketPolicy(t *testing.T) {
	c := newCloud(t)
	c.create("Bucket", definition("Orders", "", `{"BucketName":"orders"}`))
	c.want(200, "", "PUT", "/orders/k", "a")
	reader := c.as("reader", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)
	reader.want(403, "AccessDenied", "GET", "/orders/k", "")
	first, second := definition("Policy", "orders", secure("orders")), definition("Policy", "orders", allow("orders", "reader"))
	if got := c.create("BucketPolicy", definition("Policy", "", secure("orders"))); got.ID != "orders" {
		t.Errorf("got %+v, want the bucket's name as id", got)
	}
	_, err := c.kind("BucketPolicy").Create(t.Context(), definition("Second", "", secure("orders")))
	wantError(t, err, "already exists")
	reader.want(403, "AccessDenied", "GET", "/orders/k", "")
	c.update("BucketPolicy", first, second)
	reader.want(200, "a", "GET", "/orders/k", "")
	_, err = c.kind("BucketPolicy").Update(t.Context(), second, definition("Policy", "orders", strings.Replace(secure("other"), `"other"`, `"orders"`, 1)))
	wantError(t, err, "invalid resource: arn:aws:s3:::other")
	reader.want(200, "a", "GET", "/orders/k", "")
	c.update("BucketPolicy", second, first)
	reader.want(403, "AccessDenied", "GET", "/orders/k", "")
	deny := strings.Replace(allow("orders", "reader"), "Allow", "Deny", 1)
	c.update("BucketPolicy", first, definition("Policy", "orders", strings.Replace(deny, `{"AWS":"arn:aws:iam::000000000000:role/reader"}`, `"*"`, 1)))
	c.want(403, "with an explicit deny in a resource-based policy", "GET", "/orders/k", "")
	for range 2 {
		c.delete("BucketPolicy", first)
	}
	c.want(200, "a", "GET", "/orders/k", "")
	c.delete("BucketPolicy", definition("Policy", "nowhere", secure("nowhere")))
	for document, want := range map[string]string{
		`{"Bucket":"nowhere","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::nowhere"}}}`: "NoSuchBucket",
		`{"Bucket":"orders","PolicyDocument":{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::orders"}}}`:                   "Principal is missing",
		`{"Bucket":"orders","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"arn:aws:s3:::orders"}}}`:  "invalid action: sqs:*",
		`{"Bucket":"orders","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}}`:                     "invalid resource: *",
		`{"Bucket":"orders","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::orders2"}}}`:  "invalid resource",
		`{"Bucket":"orders","PolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}}}`:                                    "Missing required field Resource",
		`{"Bucket":"orders"}`: "required property PolicyDocument",
	} {
		_, err := c.kind("BucketPolicy").Create(t.Context(), definition("P", "", document))
		wantError(t, err, want)
	}
}

// TestTakeUp has a template's resources outlive the process.
func TestTakeUp(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	for run := range 3 {
		kept, err := store.Open(state)
		if err != nil {
			t.Fatal(err)
		}
		c := startOn(t, dir, kept)
		id, role := "", "reader"
		if run > 0 {
			id = "orders"
			c.want(200, "a", "GET", "/orders/k", "")
			_, err := c.kind("Bucket").Create(t.Context(), definition("Another", "", `{"BucketName":"orders"}`))
			wantError(t, err, "already exists")
		}
		reader := c.as(role, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)
		if run > 0 {
			reader.want(200, "a", "GET", "/orders/k", "") // the policy is kept
		}
		c.create("Bucket", definition("Orders", id, `{"BucketName":"orders","VersioningConfiguration":{"Status":"Enabled"}}`))
		c.create("BucketPolicy", definition("Policy", id, allow("orders", role)))
		c.create("Bucket", definition("Lost", "lost", `{}`)) // made anew, if it was not kept
		c.want(200, "", "PUT", "/orders/k", "a")
		c.want(200, "<Status>Enabled<", "GET", "/orders?versioning", "")
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
