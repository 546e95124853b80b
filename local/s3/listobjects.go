package s3

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/iam"
)

// maxPage is how many objects and prefixes one answer lists at most.
const maxPage = 1000

type listObjectsInput struct {
	onBucket
	Prefix       string `query:"prefix"`
	Delimiter    string `query:"delimiter"`
	MaxKeys      *int   `query:"max-keys"`
	StartAfter   string `query:"start-after"`
	Token        string `json:"ContinuationToken" query:"continuation-token"`
	EncodingType string `query:"encoding-type"`
	FetchOwner   bool   `query:"fetch-owner"`
}

type listObjectsOutput struct {
	XMLName               xml.Name     `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string       `xml:"Name"`
	Prefix                string       `xml:"Prefix"`
	StartAfter            string       `json:",omitempty" xml:",omitempty"`
	Delimiter             string       `json:",omitempty" xml:",omitempty"`
	EncodingType          string       `json:",omitempty" xml:",omitempty"`
	ContinuationToken     string       `json:",omitempty" xml:",omitempty"`
	NextContinuationToken string       `json:",omitempty" xml:",omitempty"`
	KeyCount              int          `xml:"KeyCount"`
	MaxKeys               int          `xml:"MaxKeys"`
	IsTruncated           bool         `xml:"IsTruncated"`
	Contents              []listed     `json:",omitempty"`
	CommonPrefixes        []listPrefix `json:",omitempty"`
}

type listed struct {
	Key               string
	LastModified      string
	ETag              string
	ChecksumAlgorithm string
	ChecksumType      string
	Size              int64
	Owner             *owner `json:",omitempty" xml:",omitempty"`
	StorageClass      string
}

type listPrefix struct{ Prefix string }

// listObjectsAccess tells the condition keys of a listing.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
func (s *Service) listObjectsAccess(_ context.Context, in *listObjectsInput) ([]iam.Access, error) {
	accesses, err := s.accessTo(in.onBucket, "s3:ListBucket", bucketARN(in.Bucket))
	if err != nil {
		return nil, err
	}
	keys := accesses[0].Keys
	keys["s3:prefix"] = []string{in.Prefix}
	if in.Delimiter != "" {
		keys["s3:delimiter"] = []string{in.Delimiter}
	}
	if in.MaxKeys != nil {
		keys["s3:max-keys"] = []string{strconv.Itoa(*in.MaxKeys)}
	}
	return accesses, nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
func (s *Service) listObjects(_ context.Context, in *listObjectsInput) (*listObjectsOutput, error) {
	limit := maxPage
	if in.MaxKeys != nil {
		limit = min(*in.MaxKeys, maxPage)
	}
	last, err := base64.RawURLEncoding.DecodeString(in.Token)
	switch {
	case limit < 0:
		return nil, invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647")
	case err != nil:
		return nil, invalidArgument("The continuation token provided is incorrect")
	case in.EncodingType != "" && in.EncodingType != "url":
		return nil, invalidArgument("Invalid Encoding Method specified in Request")
	}
	out := &listObjectsOutput{
		Name: in.Bucket, Prefix: in.encode(in.Prefix), StartAfter: in.encode(in.StartAfter), Delimiter: in.encode(in.Delimiter),
		EncodingType: in.EncodingType, ContinuationToken: in.Token, MaxKeys: limit,
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.find(in.Bucket)
	if err != nil {
		return nil, err
	}
	s.list(b, in, string(last), out)
	return out, nil
}

// list adds a page to an answer: what comes after last, an object's key or a
// common prefix.
func (s *Service) list(b *bucket, in *listObjectsInput, last string, out *listObjectsOutput) {
	for _, key := range slices.Sorted(maps.Keys(b.objects)) {
		if !strings.HasPrefix(key, in.Prefix) || key <= in.StartAfter {
			continue
		}
		item := in.commonPrefix(key)
		if item <= last {
			continue
		}
		if out.KeyCount == out.MaxKeys {
			out.IsTruncated = out.MaxKeys > 0
			break
		}
		out.KeyCount++
		last = item
		if item != key {
			out.CommonPrefixes = append(out.CommonPrefixes, listPrefix{in.encode(item)})
			continue
		}
		out.Contents = append(out.Contents, s.entry(in, key, b.objects[key]))
	}
	if out.IsTruncated {
		out.NextContinuationToken = base64.RawURLEncoding.EncodeToString([]byte(last))
	}
}

// commonPrefix is a key up to the first delimiter after the prefix; the key if
// there is none.
func (in *listObjectsInput) commonPrefix(key string) string {
	if in.Delimiter == "" {
		return key
	}
	at := strings.Index(key[len(in.Prefix):], in.Delimiter)
	if at < 0 {
		return key
	}
	return key[:len(in.Prefix)+at+len(in.Delimiter)]
}

func (s *Service) entry(in *listObjectsInput, key string, o *object) listed {
	e := listed{
		Key: in.encode(key), LastModified: xmlTime(o.Modified), ETag: o.ETag, Size: o.Size, StorageClass: standard,
		ChecksumAlgorithm: o.Checksum.name(), ChecksumType: o.Checksum.Type,
	}
	if in.FetchOwner {
		of := s.owner()
		e.Owner = &of
	}
	return e
}

// encode writes a key as the client wants it: as it is, or URL-encoded but for
// its slashes.
func (in *listObjectsInput) encode(text string) string {
	if in.EncodingType == "" {
		return text
	}
	return strings.ReplaceAll(url.QueryEscape(text), "%2F", "/")
}
