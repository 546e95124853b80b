package s3

import "strings"

// chunkedEncoding is the content encoding of chunks, which ends with the
// transfer.
const chunkedEncoding = "aws-chunked"

// withoutChunked removes aws-chunked from a list of content encodings.
func withoutChunked(encodings string) string {
	if !strings.Contains(encodings, chunkedEncoding) {
		return encodings
	}
	var rest []string
	for _, encoding := range strings.Split(encodings, ",") {
		if encoding = strings.TrimSpace(encoding); encoding != "" && encoding != chunkedEncoding {
			rest = append(rest, encoding)
		}
	}
	return strings.Join(rest, ",")
}
