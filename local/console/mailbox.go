package console

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eda-demo/local/inbox"
)

// mailJSON is a mail as programs read it.
type mailJSON struct {
	ID             int       `json:"id"`
	From           string    `json:"from"`
	To             string    `json:"to"`
	Subject        string    `json:"subject"`
	Body           string    `json:"body"`
	Sent           time.Time `json:"sent"`
	ConfirmURL     string    `json:"confirmUrl,omitempty"`
	UnsubscribeURL string    `json:"unsubscribeUrl,omitempty"`
}

func asJSON(m inbox.Message) mailJSON {
	return mailJSON{m.ID, m.From, m.To, m.Subject, m.Body, m.Sent, m.ConfirmURL, m.UnsubscribeURL}
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

func (c *Console) list(w http.ResponseWriter, r *http.Request) {
	if wantsJSON(r) {
		c.listJSON(w, r)
		return
	}
	render(w, http.StatusOK, "inbox.html", c.box.Messages())
}

func (c *Console) listJSON(w http.ResponseWriter, _ *http.Request) {
	mails := []mailJSON{}
	for _, m := range c.box.Messages() {
		mails = append(mails, asJSON(m))
	}
	writeJSON(w, http.StatusOK, mails)
}

// mailPage is a mail with the links in its body told apart.
type mailPage struct {
	inbox.Message
	Pieces []piece
}

type piece struct {
	Text string
	Link bool
}

func (c *Console) mail(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	m, found := c.box.Message(id)
	switch {
	case (err != nil || !found) && wantsJSON(r):
		writeJSON(w, http.StatusNotFound, map[string]string{"message": "there is no such mail"})
	case err != nil || !found:
		render(w, http.StatusNotFound, "notice.html", notice{Title: "There is no such mail", Text: "It may have been dropped: only the latest are kept."})
	case wantsJSON(r):
		writeJSON(w, http.StatusOK, asJSON(m))
	default:
		render(w, http.StatusOK, "mail.html", mailPage{m, split(m.Body)})
	}
}

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

// split tells the links in a text from the rest.
func split(text string) []piece {
	var pieces []piece
	at := 0
	for _, found := range link.FindAllStringIndex(text, -1) {
		pieces = append(pieces, piece{text[at:found[0]], false}, piece{text[found[0]:found[1]], true})
		at = found[1]
	}
	return append(pieces, piece{text[at:], false})
}
