package echo

import (
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// corrected is a recorded message without the faults that are in many: what is left is
// compared. The case still counts as one that differs.
func corrected(m map[string]any, apps []string) (faults []string) {
	fix := func(what string, changed bool) {
		if changed {
			faults = append(faults, what)
		}
	}
	address := model.String(m, "url")
	if strings.HasPrefix(address, "https://chat.googleapis.com/") && strings.Contains(address, "%25") {
		m["url"] = strings.ReplaceAll(address, "%25", "%")
		fix("Echo encodes Google Chat's token once more", true)
	}
	if headers := model.Object(m, "ceHeaders"); headers != nil {
		model.Object(m, "body")["specversion"] = headers["ce-specversion"]
		m["contentType"] = "application/cloudevents+json; charset=utf-8"
		fix("Echo's CDEvents name two versions of CloudEvents", true)
	}
	if body := model.Object(m, "body"); strings.Contains(address, "/statuses/") && body["state"] == nil {
		body["state"] = "success"
		fix("Echo gives GitHub no state for what was skipped", true)
	}
	for _, app := range apps {
		if encoded := url.PathEscape(app); encoded != app {
			fix("Echo doesn't encode the application in links", replaceAll(m, "/applications/"+app+"/", "/applications/"+encoded+"/"))
		}
	}
	fix("Echo writes build numbers with separators", replaceAll(m, "build 1,234", "build 1234"))
	return faults
}

// replaceAll replaces a text in all texts of a message, and tells whether there was one.
func replaceAll(value any, old, with string) (changed bool) {
	swap := func(v any) (any, bool) {
		if text, ok := v.(string); ok && strings.Contains(text, old) {
			return strings.ReplaceAll(text, old, with), true
		}
		return v, replaceAll(v, old, with)
	}
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			out, did := swap(inner)
			v[key], changed = out, changed || did
		}
	case []any:
		for i, inner := range v {
			out, did := swap(inner)
			v[i], changed = out, changed || did
		}
	}
	return changed
}
