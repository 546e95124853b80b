package s3

import (
	"errors"
	"fmt"

	"eda-demo/local/resource"
)

// bucketProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
// that are supported; others are refused by name.
type bucketProperties struct {
	BucketName                     string
	AccessControl                  string
	BucketEncryption               *bucketEncryption
	PublicAccessBlockConfiguration *publicAccessBlock
	VersioningConfiguration        *versioning
	LifecycleConfiguration         *lifecycle
	Tags                           []resource.Tag
}

type bucketEncryption struct {
	ServerSideEncryptionConfiguration []struct {
		BucketKeyEnabled              resource.Bool
		ServerSideEncryptionByDefault *struct {
			SSEAlgorithm   string
			KMSMasterKeyID string
		}
	}
}

// publicAccessBlock changes nothing: nobody calls without credentials here.
type publicAccessBlock struct {
	BlockPublicAcls       resource.Bool
	BlockPublicPolicy     resource.Bool
	IgnorePublicAcls      resource.Bool
	RestrictPublicBuckets resource.Bool
}

type versioning struct{ Status string }

// lifecycle is rules about what is not kept here: old versions, and uploads
// never completed beyond a day.
type lifecycle struct {
	Rules []struct {
		ID                             string `json:"Id"`
		Status                         string
		Prefix                         string
		ExpiredObjectDeleteMarker      resource.Bool
		AbortIncompleteMultipartUpload *struct{ DaysAfterInitiation resource.Int }
		NoncurrentVersionExpiration    *struct {
			NoncurrentDays          resource.Int
			NewerNoncurrentVersions resource.Int
		}
	}
}

func (p *bucketProperties) check() error {
	if p.AccessControl != "" && p.AccessControl != "Private" {
		return fmt.Errorf("property AccessControl: %q is not supported, only Private is", p.AccessControl)
	}
	if v := p.VersioningConfiguration; v != nil && v.Status != versioningEnabled && v.Status != versioningSuspended {
		return fmt.Errorf("property VersioningConfiguration.Status: %q is neither Enabled nor Suspended", v.Status)
	}
	return errors.Join(p.BucketEncryption.check(), p.LifecycleConfiguration.check())
}

func (e *bucketEncryption) check() error {
	if e == nil {
		return nil
	}
	rules := e.ServerSideEncryptionConfiguration
	if len(rules) != 1 || rules[0].ServerSideEncryptionByDefault == nil {
		return errors.New("property BucketEncryption.ServerSideEncryptionConfiguration: one rule with ServerSideEncryptionByDefault is expected")
	}
	preset := rules[0].ServerSideEncryptionByDefault
	switch {
	case preset.SSEAlgorithm != managedS3 && preset.SSEAlgorithm != managedKMS:
		return fmt.Errorf("property BucketEncryption: SSEAlgorithm %q is not supported, AES256 and aws:kms are", preset.SSEAlgorithm)
	case preset.SSEAlgorithm == managedS3 && preset.KMSMasterKeyID != "":
		return errors.New("property BucketEncryption: KMSMasterKeyID goes with the SSEAlgorithm aws:kms only")
	case !isManagedKey(preset.KMSMasterKeyID):
		return fmt.Errorf("property BucketEncryption: KMSMasterKeyID %s is not supported, only the AWS managed key is", preset.KMSMasterKeyID)
	}
	return nil
}

func (l *lifecycle) check() error {
	if l == nil {
		return nil
	}
	if len(l.Rules) == 0 {
		return errors.New("property LifecycleConfiguration.Rules: at least one is expected")
	}
	for i, rule := range l.Rules {
		if rule.Status != "Enabled" && rule.Status != "Disabled" {
			return fmt.Errorf("property LifecycleConfiguration.Rules[%d].Status: %q is neither Enabled nor Disabled", i, rule.Status)
		}
		if rule.AbortIncompleteMultipartUpload == nil && rule.NoncurrentVersionExpiration == nil && !rule.ExpiredObjectDeleteMarker {
			return fmt.Errorf("property LifecycleConfiguration.Rules[%d]: at least one action is expected", i)
		}
	}
	return nil
}

// settings are the bucket's settings that the properties make of those before.
// Versioning that was enabled can only be suspended.
func (p *bucketProperties) settings(before settings) settings {
	set := defaultSettings()
	if p.BucketEncryption != nil {
		rule := p.BucketEncryption.ServerSideEncryptionConfiguration[0]
		set.Encryption = rule.ServerSideEncryptionByDefault.SSEAlgorithm
		set.Key = rule.ServerSideEncryptionByDefault.KMSMasterKeyID
		set.BucketKey = bool(rule.BucketKeyEnabled)
	}
	switch {
	case p.VersioningConfiguration != nil:
		set.Versioning = p.VersioningConfiguration.Status
	case before.Versioning != "":
		set.Versioning = versioningSuspended
	}
	return set
}
