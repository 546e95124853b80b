package s3

import (
	"strings"

	"eda-demo/local/frontdoor"
)

// Ways of encryption, and states of versioning.
const (
	managedS3  = "AES256"
	managedKMS = "aws:kms"

	versioningEnabled   = "Enabled"
	versioningSuspended = "Suspended"
)

// settings are what is told of a bucket; also their form in the store.
type settings struct {
	Encryption string
	Key        string `json:",omitempty"`
	BucketKey  bool   `json:",omitempty"`
	Versioning string `json:",omitempty"` // "" if it never was enabled
}

// defaultSettings are those of a bucket of which nothing is said.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
func defaultSettings() settings { return settings{Encryption: managedS3} }

// isManagedKey tells whether a key is AWS's own for S3: it needs no permission
// of anyone. "" is that key, too.
func isManagedKey(key string) bool {
	return key == "" || key == "alias/aws/s3" || strings.HasPrefix(key, "arn:aws:kms:") && strings.HasSuffix(key, ":alias/aws/s3")
}

// encryptionOf is how an object is said to be encrypted: as the request wants,
// or else as its bucket has it.
func encryptionOf(wanted, key string, set settings) (string, error) {
	switch {
	case wanted == "" && key == "":
		return set.Encryption, nil
	case wanted == managedS3 && key == "":
		return managedS3, nil
	case wanted == managedKMS && isManagedKey(key):
		return managedKMS, nil
	case wanted == managedKMS:
		return "", invalidArgument("KMS keys other than the AWS managed one are not supported here: %s", key)
	case key != "":
		return "", invalidArgument("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms")
	}
	return "", frontdoor.Errorf("InvalidEncryptionAlgorithmError", "The encryption request you specified is not valid: %s is not supported here, AES256 and aws:kms are", wanted)
}

// checkACL refuses what would share a bucket or an object: lists are disabled,
// as they are for new buckets.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
func checkACL(acl string) error {
	switch acl {
	case "", "private", "bucket-owner-full-control":
		return nil
	}
	return frontdoor.Errorf("AccessControlListNotSupported", "The bucket does not allow ACLs")
}
