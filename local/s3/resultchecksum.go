package s3

// resultChecksum is a checksum as documents have it: a member for each
// algorithm.
type resultChecksum struct {
	ChecksumCRC32     string `json:",omitempty" xml:",omitempty"`
	ChecksumCRC32C    string `json:",omitempty" xml:",omitempty"`
	ChecksumCRC64NVME string `json:",omitempty" xml:",omitempty"`
	ChecksumSHA1      string `json:",omitempty" xml:",omitempty"`
	ChecksumSHA256    string `json:",omitempty" xml:",omitempty"`
	ChecksumType      string `json:",omitempty" xml:",omitempty"`
}

func (c checksum) result() resultChecksum {
	r := resultChecksum{ChecksumType: c.Type}
	switch c.Algorithm {
	case "crc32":
		r.ChecksumCRC32 = c.Value
	case "crc32c":
		r.ChecksumCRC32C = c.Value
	case "crc64nvme":
		r.ChecksumCRC64NVME = c.Value
	case "sha1":
		r.ChecksumSHA1 = c.Value
	case "sha256":
		r.ChecksumSHA256 = c.Value
	}
	return r
}
