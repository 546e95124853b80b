// Package s3 is a small S3: buckets and objects of one account and Region,
// addressed path-style, as the CDK CLI, the SDKs and the AWS CLI use them to
// publish and read assets.
//
// What differs from AWS:
//
//   - An object has at most Config.MaxObject bytes, 1 GiB unless set, whether
//     it comes at once or in parts.
//   - Versioning can be enabled, but only the newest version of an object is
//     kept, deleting leaves no marker, and there are no version ids.
//   - Encryption with S3's own keys (AES256) and with the AWS managed KMS key is
//     accepted and told; nothing is encrypted. Other keys are refused.
//   - Lifecycle rules for old versions and for uploads never completed are
//     accepted; instead, such uploads are dropped at the first start that is a
//     day later. Other rules are refused.
//   - Object keys have no characters that XML can't carry.
//   - Signatures are not verified, those of chunks included; checksums are.
//
// The account is as if bootstrapped: the CDK's bucket for assets exists. A
// template may still create it, and once deleted it is there again, empty.
//
// Content is in files of a folder, the index of them in the store: an object
// becomes visible when its file is complete and its entry kept. Files without
// an entry are removed at the start.
package s3
