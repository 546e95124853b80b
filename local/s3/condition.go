package s3

import (
	"net/http"
	"strings"

	"eda-demo/local/frontdoor"
)

// conditions decides whether an object is wanted as it is, in the order of
// RFC 9110, 13.2.2.
func (in *getObjectInput) conditions(o *object) error {
	switch {
	case in.IfMatch != "":
		if !matchesETag(in.IfMatch, o.ETag) {
			return preconditionFailed("If-Match")
		}
	case in.IfUnmodifiedSince != "" && o.modifiedAfter(in.IfUnmodifiedSince):
		return preconditionFailed("If-Unmodified-Since")
	}
	switch {
	case in.IfNoneMatch != "":
		if matchesETag(in.IfNoneMatch, o.ETag) {
			return notModified()
		}
	case in.IfModifiedSince != "" && validTime(in.IfModifiedSince) && !o.modifiedAfter(in.IfModifiedSince):
		return notModified()
	}
	return nil
}

func notModified() error {
	return &frontdoor.Error{Code: "NotModified", Message: "Not Modified", Status: http.StatusNotModified}
}

// matchesETag tells whether an entity tag is among those of a header; its
// quotes may be left off.
func matchesETag(header, etag string) bool {
	for _, one := range strings.Split(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.Trim(one, `"`) == strings.Trim(etag, `"`) {
			return true
		}
	}
	return false
}

func validTime(text string) bool {
	_, err := http.ParseTime(text)
	return err == nil
}

// modifiedAfter tells whether the object is newer than a time in a header. One
// that can't be read counts for nothing.
func (o *object) modifiedAfter(text string) bool {
	t, err := http.ParseTime(text)
	return err == nil && o.Modified.After(t)
}
