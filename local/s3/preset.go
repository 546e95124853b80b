package s3

// presetName is the bucket in which the CDK's default synthesizer publishes
// assets: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
func (s *Service) presetName() string {
	return "cdk-hnb659fds-assets-" + s.Account + "-" + s.Region
}

// presetBucket returns the bucket that comes with the account, set as the CDK's
// bootstrap template does; nil if it has another name.
func (s *Service) presetBucket(name string) *bucket {
	if name != s.presetName() {
		return nil
	}
	b := newBucket(name)
	b.preset = true
	b.settings = settings{Encryption: managedKMS, Versioning: versioningEnabled}
	return b
}

// addPreset adds the preset bucket, if there is none by its name.
func (s *Service) addPreset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[s.presetName()] != nil {
		return nil
	}
	return s.setBucket(s.presetBucket(s.presetName()))
}
