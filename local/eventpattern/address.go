package eventpattern

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// sameAddress is an exact match against a string that is an IP literal: it
// accepts the address in any of its spellings.
type sameAddress netip.Addr

func (a sameAddress) accepts(v *value) bool {
	got, ok := v.address()
	return ok && got == netip.Addr(a)
}

// inBlock is cidr.
type inBlock netip.Prefix

func (b inBlock) accepts(v *value) bool {
	got, ok := v.address()
	return ok && netip.Prefix(b).Contains(got)
}

func compileCIDR(operand node) (valueTest, error) {
	if operand.kind != kindString {
		return nil, fmt.Errorf("cidr takes a string, not %s", operand.kind)
	}
	literal, length, found := strings.Cut(operand.text, "/")
	if !found {
		return nil, fmt.Errorf("malformed cidr %q: one '/' is required", operand.text)
	}
	bits, err := strconv.Atoi(length)
	if err != nil || bits < 0 {
		return nil, fmt.Errorf("malformed cidr %q: mask bits must be a whole number", operand.text)
	}
	address, ok := parseAddress(literal)
	if !ok {
		return nil, fmt.Errorf("malformed cidr %q: %q is not an IP address", operand.text, literal)
	}
	if bits >= address.BitLen() {
		return nil, fmt.Errorf("malformed cidr %q: mask bits must be < %d", operand.text, address.BitLen())
	}
	return inBlock(netip.PrefixFrom(address, bits)), nil
}

// parseAddress reads an IPv4 or IPv6 literal as AWS's engine does: four
// decimal numbers with or without leading zeros, or hexadecimal groups; no
// zone and no dotted tail. An IPv4-mapped IPv6 address is the IPv4 address.
func parseAddress(s string) (netip.Addr, bool) {
	if strings.Contains(s, ".") {
		return parseIPv4(s)
	}
	if !strings.Contains(s, ":") || strings.Contains(s, "%") {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(s)
	return address.Unmap(), err == nil
}

func parseIPv4(s string) (netip.Addr, bool) {
	parts := strings.SplitN(s, ".", 5)
	if len(parts) != 4 {
		return netip.Addr{}, false
	}
	var octets [4]byte
	for i, part := range parts {
		if strings.HasPrefix(part, "+") {
			return netip.Addr{}, false
		}
		octet, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return netip.Addr{}, false
		}
		octets[i] = byte(octet)
	}
	return netip.AddrFrom4(octets), true
}
