// Package extract makes artifacts of what other systems send, by Jinja templates of the
// configuration: of messages of subscriptions, and of webhooks.
package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/template"
)

const (
	// mostTemplate bounds a template's file, and renderTime rendering it.
	mostTemplate = 256 << 10
	renderTime   = 2 * time.Second
	// mostArtifacts is how many artifacts a payload brings at most.
	mostArtifacts = 1000
)

// Template renders to a JSON list of artifacts. The zero value is none.
type Template struct{ source string }

// Read reads a template from a file; none if the path is "".
func Read(path string) (Template, error) {
	if path == "" {
		return Template{}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return Template{}, err
	}
	defer func() { _ = file.Close() }()
	text, err := limit.Read(file, mostTemplate, path)
	return Template{string(text)}, err
}

// IsZero tells whether there is no template.
func (t Template) IsZero() bool { return t.source == "" }

// Artifacts makes artifacts of a payload, whose fields the template sees by their names.
func (t Template) Artifacts(ctx context.Context, payload map[string]any) ([]any, error) {
	ctx, cancel := context.WithTimeout(ctx, renderTime)
	defer cancel()
	text, err := template.Jinja(ctx, t.source, payload)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if _, err := limit.Document.JSON([]byte(text)); err != nil {
		return nil, fmt.Errorf("the template doesn't render to a JSON list of artifacts: %w", err)
	}
	var list []map[string]any
	if err := model.Unmarshal([]byte(text), &list); err != nil {
		return nil, errors.New("the template doesn't render to a JSON list of artifacts")
	}
	if len(list) > mostArtifacts {
		return nil, fmt.Errorf("the template renders to %d artifacts, and %d is the limit", len(list), mostArtifacts)
	}
	out := make([]any, 0, len(list))
	for _, artifact := range list {
		if artifact != nil {
			out = append(out, artifact)
		}
	}
	return out, nil
}
