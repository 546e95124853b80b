package s3

import (
	"encoding/hex"
	"strings"

	"eda-demo/local/frontdoor"
)

type completion struct{ Part []completedPart }

// completedPart is what a client says of a part of which the object is made.
type completedPart struct {
	PartNumber        int
	ETag              string
	ChecksumCRC32     string
	ChecksumCRC32C    string
	ChecksumCRC64NVME string
	ChecksumSHA1      string
	ChecksumSHA256    string
}

// checksum is the checksum that a client names of a part, of an algorithm.
func (c completedPart) checksum(algorithm string) string {
	return map[string]string{
		"crc32": c.ChecksumCRC32, "crc32c": c.ChecksumCRC32C, "crc64nvme": c.ChecksumCRC64NVME,
		"sha1": c.ChecksumSHA1, "sha256": c.ChecksumSHA256,
	}[algorithm]
}

// choose returns the parts that the client names; Service.mu is held.
func (u *upload) choose(named []completedPart) ([]*part, error) {
	if len(named) == 0 || len(named) > maxParts {
		return nil, frontdoor.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: from 1 to %d parts are expected", maxParts)
	}
	for i := range named[1:] {
		if named[i+1].PartNumber <= named[i].PartNumber {
			return nil, frontdoor.Errorf("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
		}
	}
	var parts []*part
	for i, name := range named {
		p, err := u.part(name)
		if err != nil {
			return nil, err
		}
		if p.Size < minPart && i < len(named)-1 {
			return nil, &frontdoor.Error{
				Code: "EntityTooSmall", Message: "Your proposed upload is smaller than the minimum allowed size",
				Members: map[string]any{"ProposedSize": p.Size, "MinSizeAllowed": minPart, "PartNumber": name.PartNumber, "ETag": name.ETag},
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// part returns a part, if it is what the client says.
func (u *upload) part(name completedPart) (*part, error) {
	p, sum := u.parts[name.PartNumber], name.checksum(u.Algorithm)
	if p == nil || strings.Trim(name.ETag, `"`) != hex.EncodeToString(p.MD5) || sum != "" && sum != p.Checksum {
		return nil, &frontdoor.Error{
			Code: "InvalidPart", Members: map[string]any{"PartNumber": name.PartNumber, "ETag": name.ETag, "UploadId": u.ID},
			Message: "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
		}
	}
	if sum == "" && u.Algorithm != "" && u.Type == composite {
		return nil, invalidRequest("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", u.Algorithm, name.PartNumber)
	}
	return p, nil
}
