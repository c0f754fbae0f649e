package subscription

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
	// mostArtifacts is how many artifacts a message brings at most.
	mostArtifacts = 1000
)

// readTemplate reads a file with a template; "" if there is none.
func readTemplate(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := limit.Read(file, mostTemplate, path)
	return string(text), err
}

// render makes artifacts of a payload: the template renders to a JSON list of them.
func render(ctx context.Context, source string, payload map[string]any) ([]any, error) {
	ctx, cancel := context.WithTimeout(ctx, renderTime)
	defer cancel()
	text, err := template.Jinja(ctx, source, payload)
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
