package filterpattern

import (
	"fmt"
	"strings"
)

func (p *parser) skipSpace() {
	p.while(func(c byte) bool { return strings.IndexByte(" \t\r\n", c) >= 0 })
}

// while reads as long as the bytes are of a kind.
func (p *parser) while(is func(byte) bool) string {
	start := p.at
	for p.at < len(p.text) && is(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

// accept reads a symbol, if it is next.
func (p *parser) accept(symbol string) bool {
	p.skipSpace()
	if !strings.HasPrefix(p.text[p.at:], symbol) {
		return false
	}
	p.at += len(symbol)
	return true
}

func (p *parser) expect(symbol string) error {
	if !p.accept(symbol) {
		return p.unexpected(symbol)
	}
	return nil
}

// words reads words one after the other, all or none.
func (p *parser) words(words ...string) bool {
	start := p.at
	for _, word := range words {
		p.skipSpace()
		if p.while(isNameByte) != word {
			p.at = start
			return false
		}
	}
	return true
}

func (p *parser) unexpected(wanted string) error {
	return fmt.Errorf("filter pattern %q: expected %s at position %d", p.text, wanted, p.at)
}
