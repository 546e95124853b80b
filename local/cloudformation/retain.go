package cloudformation

import (
	"slices"

	"eda-demo/local/template"
)

// retainsExceptOnCreate refuses RetainExceptOnCreate where it would matter: a
// rollback keeps what the template retains, also if it is new.
func retainsExceptOnCreate(asked bool, text []byte) error {
	if !asked || text == nil {
		return nil
	}
	parsed, err := template.Parse(text)
	if err != nil {
		return invalid("%v", err)
	}
	var kept []string
	for id, r := range parsed.Resources {
		if r.DeletionPolicy == "Retain" {
			kept = append(kept, id)
		}
	}
	if kept == nil {
		return nil
	}
	slices.Sort(kept)
	return invalid("RetainExceptOnCreate is not supported for resources with the DeletionPolicy Retain: %v", kept)
}
