package webhook

import (
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/jsonpath"
	"github.com/gennaker/gennaker/internal/model"
)

// errNoPath says that a definite path leads nowhere, Jayway's
// PathNotFoundException.
var errNoPath = jsonpath.ErrNotFound

// readPath reads a JSON path as Jayway's JsonPath does. Numbers come back as
// int64 or float64.
func readPath(body any, path string) (any, error) {
	compiled, err := jsonpath.Compile(path)
	if err != nil {
		return nil, fmt.Errorf("the JSON path %q can't be read: %w", path, err)
	}
	if body == nil {
		return nil, fmt.Errorf("the JSON path %q: %w, since there is no body", path, errNoPath)
	}
	value, err := compiled.Read(model.Plain(body))
	if err != nil {
		return nil, fmt.Errorf("the JSON path %q: %w", path, err)
	}
	return value, nil
}

func isNoPath(err error) bool { return errors.Is(err, errNoPath) }
