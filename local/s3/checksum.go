package s3

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
)

// algorithms are the checksums that objects can have, by their names in
// headers: x-amz-checksum-crc32.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
var algorithms = map[string]func() hash.Hash{
	"crc32":         func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":        func() hash.Hash { return crc32.New(castagnoli) },
	presetAlgorithm: func() hash.Hash { return crc64.New(nvme) },
	"sha1":          sha1.New,
	"sha256":        sha256.New,
}

// presetAlgorithm is the checksum of objects for which the client sent none.
const presetAlgorithm = "crc64nvme"

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	// nvme is the table of the polynomial of the NVM Express specification, with
	// its bits reversed.
	nvme = crc64.MakeTable(0x9A6C9329AC4BC9B5)
)

// checksumPrefix is what the headers with checksums begin with. Two of that
// form say something else about a checksum.
const checksumPrefix = "x-amz-checksum-"

var noChecksums = []string{checksumPrefix + "algorithm", checksumPrefix + "type", checksumPrefix + "mode"}

// Kinds of checksums: over the content, or over the checksums of the parts.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// checksum is a checksum of an object or a part.
type checksum struct {
	Algorithm string // as in algorithms
	Value     string // base64; of a composite one, "-" and the number of parts follow
	Type      string
}

func encoded(h hash.Hash) string { return base64.StdEncoding.EncodeToString(h.Sum(nil)) }

// headers are the headers that tell the checksum.
func (c checksum) headers() map[string]string {
	if c.Algorithm == "" {
		return nil
	}
	return map[string]string{c.Algorithm: c.Value, "type": c.Type}
}

// name is the algorithm as members of documents have it: CRC32, SHA256.
func (c checksum) name() string { return strings.ToUpper(c.Algorithm) }

// checkChecksum refuses a value that can't be a checksum.
func checkChecksum(algorithm, value string) error {
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(raw) != algorithms[algorithm]().Size() {
		return invalidRequest("Value for %s%s header is invalid.", checksumPrefix, algorithm)
	}
	return nil
}

// theOnlyChecksum finds the checksum among headers; zero if there is none.
func theOnlyChecksum(values map[string]string) (checksum, error) {
	var found checksum
	for _, name := range slices.Sorted(maps.Keys(values)) {
		algorithm, ok := strings.CutPrefix(name, checksumPrefix)
		if !ok || slices.Contains(noChecksums, name) {
			continue
		}
		if algorithms[algorithm] == nil {
			return checksum{}, invalidRequest("The checksum %s is not supported.", name)
		}
		if found.Algorithm != "" {
			return checksum{}, invalidRequest("Expecting a single %s header. Multiple checksum Types are not allowed.", checksumPrefix)
		}
		if err := checkChecksum(algorithm, values[name]); err != nil {
			return checksum{}, err
		}
		found = checksum{algorithm, values[name], fullObject}
	}
	return found, nil
}

func badDigest(what string) error {
	return frontdoor.Errorf("BadDigest", "The %s you specified did not match the calculated checksum.", what)
}

// checkAlgorithm reads the algorithm of the checksum that a client will send,
// in upper case.
func checkAlgorithm(name string) (string, error) {
	algorithm := strings.ToLower(name)
	if algorithms[algorithm] == nil {
		return "", invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
	}
	return algorithm, nil
}

// combine computes the composite checksum of parts.
func combine(algorithm string, parts []string) (string, error) {
	h := algorithms[algorithm]()
	for _, part := range parts {
		raw, err := base64.StdEncoding.DecodeString(part)
		if err != nil {
			return "", fmt.Errorf("checksum %q of a part: %w", part, err)
		}
		h.Write(raw)
	}
	return fmt.Sprintf("%s-%d", encoded(h), len(parts)), nil
}
