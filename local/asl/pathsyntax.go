package asl

import "strings"

// rfcPath rewrites a path of the States Language into RFC 9535 syntax, which
// knows the same paths but lets only letters, digits and _ follow a dot:
// $.detail-type becomes $['detail-type']. A backslash after a dot makes the
// next character part of the name.
func rfcPath(text string) string {
	r := pathRewriter{text: text}
	for r.at < len(text) {
		r.step()
	}
	return r.out.String()
}

type pathRewriter struct {
	text string
	at   int
	// depth counts open brackets: within them stand filters, in which names end
	// at operators and blanks too.
	depth int
	out   strings.Builder
}

func (r *pathRewriter) step() {
	switch c := r.text[r.at]; c {
	case '\'', '"':
		r.quoted(c)
		return
	case '.':
		if r.startsName(r.at + 1) {
			r.name()
			return
		}
	case '[':
		r.depth++
	case ']':
		r.depth--
	}
	r.out.WriteByte(r.text[r.at])
	r.at++
}

// startsName tells whether a member name begins at i, as it does after one dot
// or two.
func (r *pathRewriter) startsName(i int) bool {
	if i >= len(r.text) || strings.IndexByte(".*[ ]()", r.text[i]) >= 0 {
		return false
	}
	return r.depth == 0 || r.text[i] < '0' || r.text[i] > '9'
}

func (r *pathRewriter) quoted(quote byte) {
	start := r.at
	for r.at++; r.at < len(r.text); r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		} else if r.text[r.at] == quote {
			r.at++
			break
		}
	}
	r.at = min(r.at, len(r.text))
	r.out.WriteString(r.text[start:r.at])
}

// name copies the dot and the name after it, bracketed if need be. After a
// descendant's two dots only the second is dropped.
func (r *pathRewriter) name() {
	name := r.readName()
	if isShorthand(name) {
		r.out.WriteString("." + name)
		return
	}
	if strings.HasSuffix(r.out.String(), ".") {
		r.out.WriteString(".")
	}
	r.out.WriteString("['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']")
}

func (r *pathRewriter) readName() string {
	var name strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		c := r.text[r.at]
		if c == '\\' && r.at+1 < len(r.text) {
			r.at++
			c = r.text[r.at]
		} else if r.endsName(c) {
			break
		}
		name.WriteByte(c)
	}
	return name.String()
}

func (r *pathRewriter) endsName(c byte) bool {
	if c == '.' || c == '[' || c == '(' {
		return true
	}
	return r.depth > 0 && strings.IndexByte(" \t\n])=<>!&|,'\"", c) >= 0
}

// isShorthand tells whether RFC 9535 lets a name follow a dot.
func isShorthand(name string) bool {
	for i, c := range name {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
