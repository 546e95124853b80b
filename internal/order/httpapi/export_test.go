package httpapi

// Refusal is a body that is refused, and why.
type Refusal struct{ Body, Want string }

// Refusals lists what is refused.
func Refusals() []Refusal {
	all := make([]Refusal, len(refusals))
	for i, r := range refusals {
		all[i] = Refusal{r.body, r.want}
	}
	return all
}
