package api

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// encodeFor writes a value in the type that the client prefers: JSON, or YAML
// where it asks for that.
func encodeFor(r *http.Request, value any) (data []byte, kind string, err error) {
	data, err = encode(value)
	if err != nil || !prefersYAML(r.Header.Values("Accept")) {
		return data, rest.JSONType, err
	}
	if data, err = yamldoc.FromJSON(data); err != nil {
		return nil, "", err
	}
	return data, rest.YAMLType, nil
}

// prefersYAML tells whether Accept names YAML with more weight than JSON, or as
// much and before it. Anything else, such as */*, means JSON.
func prefersYAML(accept []string) bool {
	var inYAML, inJSON float64
	first := ""
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, parameters, err := mime.ParseMediaType(item)
		if err != nil || (kind != rest.JSONType && !rest.IsYAML(kind)) {
			continue
		}
		weight := 1.0
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			weight = q
		}
		if first == "" {
			first = kind
		}
		if kind == rest.JSONType {
			inJSON = max(inJSON, weight)
		} else {
			inYAML = max(inYAML, weight)
		}
	}
	return inYAML > inJSON || (inYAML > 0 && inYAML == inJSON && rest.IsYAML(first))
}
