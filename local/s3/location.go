package s3

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Location is where an object is.
type Location struct {
	Bucket string
	Key    string
	Region string // "" if the URL does not tell
}

// The hosts of S3: path-style, and with the bucket before them. The Region may
// be left out.
var (
	pathHost   = regexp.MustCompile(`^s3(?:\.([a-z0-9-]+))?\.amazonaws\.com$`)
	bucketHost = regexp.MustCompile(`^(.+)\.s3(?:\.([a-z0-9-]+))?\.amazonaws\.com$`)
)

// ParseURL reads the URL of an object, such as a TemplateURL:
//
//	https://s3.<region>.amazonaws.com/<bucket>/<key>
//	https://<bucket>.s3.<region>.amazonaws.com/<key>
//	https://s3.amazonaws.com/<bucket>/<key>
//	http://127.0.0.1:4566/<bucket>/<key>
//
// The last with any loopback host, port and scheme. A URL with a query, such
// as a versionId, is refused.
func ParseURL(raw string) (Location, error) {
	at, err := parseURL(raw)
	if err != nil {
		return Location{}, fmt.Errorf("%q is not the URL of an object in S3: %w", raw, err)
	}
	return at, nil
}

func parseURL(raw string) (Location, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return Location{}, err
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return Location{}, fmt.Errorf("only a scheme of http or https, a host and a path are expected")
	}
	at, err := locate(u)
	if err != nil {
		return Location{}, err
	}
	if err := checkBucketName(at.Bucket); err != nil {
		return Location{}, err
	}
	return at, checkKey(at.Key)
}

func locate(u *url.URL) (Location, error) {
	path := strings.TrimPrefix(u.Path, "/")
	host := strings.ToLower(u.Host)
	if found := pathHost.FindStringSubmatch(host); found != nil {
		bucket, key, _ := strings.Cut(path, "/")
		return Location{bucket, key, found[1]}, nil
	}
	if found := bucketHost.FindStringSubmatch(host); found != nil {
		return Location{found[1], path, found[2]}, nil
	}
	name := strings.ToLower(u.Hostname())
	if ip := net.ParseIP(name); name != "localhost" && !strings.HasSuffix(name, ".localhost") && (ip == nil || !ip.IsLoopback()) {
		return Location{}, fmt.Errorf("host %q is not S3's", u.Host)
	}
	bucket, key, _ := strings.Cut(path, "/")
	return Location{Bucket: bucket, Key: key}, nil
}
