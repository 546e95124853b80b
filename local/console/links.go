package console

import (
	"errors"
	"net/http"
	"net/url"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/sns"
)

// confirm is where the link of a confirmation mail leads. Whoever follows it
// is nobody to SNS: the token in it is what counts.
func (c *Console) confirm(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	in := map[string]string{"TopicArn": query.Get("TopicArn"), "Token": query.Get("Token")}
	var out struct{ SubscriptionArn string }
	if err := c.call(r, "ConfirmSubscription", in, &out); err != nil {
		refused(w, "This subscription can't be confirmed", err)
		return
	}
	render(w, http.StatusOK, "notice.html", notice{
		Title: "Subscription confirmed!",
		Text:  "This address receives the topic's notifications from now on.",
		Details: []Named{
			{"Address", query.Get("Endpoint")}, {"Topic", query.Get("TopicArn")}, {"Subscription", out.SubscriptionArn},
		},
		Unsubscribe: sns.UnsubscribePage + "?" + url.Values{"SubscriptionArn": {out.SubscriptionArn}, "Endpoint": {query.Get("Endpoint")}}.Encode(),
	})
}

func (c *Console) unsubscribe(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	in := map[string]string{"SubscriptionArn": query.Get("SubscriptionArn")}
	if err := c.call(r, "Unsubscribe", in, nil); err != nil {
		refused(w, "This subscription can't be ended", err)
		return
	}
	render(w, http.StatusOK, "notice.html", notice{
		Title:   "Subscription removed!",
		Text:    "This address receives no more notifications through this subscription.",
		Details: []Named{{"Address", query.Get("Endpoint")}, {"Subscription", query.Get("SubscriptionArn")}},
	})
}

func (c *Console) call(r *http.Request, operation string, in, out any) error {
	door, _ := c.state()
	if door == nil {
		return &frontdoor.Error{Code: "ServiceUnavailable", Message: "The system is starting.", Status: http.StatusServiceUnavailable}
	}
	return door.Call(r.Context(), iam.Principal{}, "sns", operation, in, out)
}

// refused shows an error that SNS lets clients see; others have no text here.
func refused(w http.ResponseWriter, title string, err error) {
	status, text := http.StatusInternalServerError, ""
	var known *frontdoor.Error
	if errors.As(err, &known) {
		text = known.Message
		if status = known.Status; status == 0 {
			status = http.StatusBadRequest
		}
	}
	render(w, status, "notice.html", notice{Title: title, Text: text})
}
