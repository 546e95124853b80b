package s3

import (
	"net"
	"regexp"
	"strings"
	"unicode/utf8"

	"eda-demo/local/frontdoor"
)

// maxKey is how many bytes the key of an object has at most.
const maxKey = 1024

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// checkBucketName checks the name of a new bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func checkBucketName(name string) error {
	reserved := strings.HasPrefix(name, "xn--") || strings.HasPrefix(name, "sthree-") || strings.HasPrefix(name, "amzn-s3-demo-") ||
		strings.HasSuffix(name, "-s3alias") || strings.HasSuffix(name, "--ol-s3") || strings.HasSuffix(name, ".mrap") || strings.HasSuffix(name, "--x-s3")
	if !bucketName.MatchString(name) || reserved || strings.Contains(name, "..") || net.ParseIP(name) != nil {
		return &frontdoor.Error{
			Code: "InvalidBucketName", Message: "The specified bucket is not valid.",
			Members: map[string]any{"BucketName": name},
		}
	}
	return nil
}

func checkKey(key string) error {
	if len(key) > maxKey {
		return &frontdoor.Error{Code: "KeyTooLongError", Message: "Your key is too long", Members: map[string]any{
			"Size": len(key), "MaxSizeAllowed": maxKey,
		}}
	}
	if key == "" || !utf8.ValidString(key) || strings.ContainsFunc(key, outsideXML) {
		return invalidArgument("Object keys are UTF-8 without characters that XML can't carry.")
	}
	return nil
}

// outsideXML tells whether a character can't be in an XML document.
// https://www.w3.org/TR/xml/#charsets
func outsideXML(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
