package packaging

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

const (
	chartName   = "gennaker"
	schemaFile  = "values.schema.json"
	chartFile   = "Chart.yaml"
	ignoredFile = ".helmignore"
)

// chartVersion is the version of the chart of a release: the release's own, or, as
// charts must have semantic versions, 0.0.0 and the release's.
func chartVersion(release string) string {
	if v, err := semver.StrictNewVersion(strings.TrimPrefix(release, "v")); err == nil {
		return v.String()
	}
	// The letter keeps a commit of digits alone from being a number with leading zeros.
	return "0.0.0-g" + regexp.MustCompile(`[^0-9A-Za-z-]+`).ReplaceAllString(release, "-")
}

// Chart packages the chart in a directory as the archive of a release: with the
// release's version, the version of its image, and the configuration's JSON Schema in
// the schema of the values, so that Helm refuses a configuration that the server would
// refuse.
func Chart(dir fs.FS, release string, at time.Time, configuration []byte) ([]byte, error) {
	var files []File
	err := fs.WalkDir(dir, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == ignoredFile {
			return err
		}
		data, err := fs.ReadFile(dir, path)
		if err != nil {
			return err
		}
		switch path {
		case chartFile:
			data, err = withVersion(data, release)
		case schemaFile:
			data, err = withConfiguration(data, configuration)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		files = append(files, File{Name: chartName + "/" + path, Mode: 0o644, Data: data})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("package the chart: %w", err)
	}
	var out bytes.Buffer
	if err := writeTarGz(&out, at, files); err != nil {
		return nil, fmt.Errorf("package the chart: %w", err)
	}
	return out.Bytes(), nil
}

// withVersion sets the versions of a chart and of its image.
func withVersion(chart []byte, release string) ([]byte, error) {
	var fields map[string]any
	text, err := yamldoc.Check(chart, limit.File)
	if err == nil {
		err = text.Decode(&fields)
	}
	if err != nil {
		return nil, err
	}
	fields["version"], fields["appVersion"] = chartVersion(release), release
	return yamldoc.Marshal(fields)
}

// withConfiguration puts the configuration's schema in the place of the one that
// allows any.
func withConfiguration(schema, configuration []byte) ([]byte, error) {
	var values, config map[string]any
	if err := errors.Join(json.Unmarshal(schema, &values), json.Unmarshal(configuration, &config)); err != nil {
		return nil, err
	}
	properties, ok := values["properties"].(map[string]any)
	if !ok || properties["config"] == nil {
		return nil, errors.New("it has no property config")
	}
	delete(config, "$schema")
	properties["config"] = config
	return json.Marshal(values)
}
