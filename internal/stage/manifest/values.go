package manifest

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

func sortStrings(list []string) { slices.Sort(list) }

// generic turns a value into what JSON decodes to, as everything in a stage's
// context is.
func generic(value any) (any, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return nil, err
	}
	var out any
	if err := model.Unmarshal(data, &out); err != nil {
		return nil, err
	}
	return out, nil
}

// convert fills a typed value from a generic one.
func convert(from, into any) error {
	data, err := model.Marshal(from)
	if err != nil {
		return err
	}
	return model.Unmarshal(data, into)
}
