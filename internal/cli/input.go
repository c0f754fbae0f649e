// Package cli is what the commands of the command line client share: reading
// documents, printing answers, and showing how an execution goes.
package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Stdin is the file name that stands for the standard input.
const Stdin = "-"

// ReadFile reads a file, or the standard input for "-".
func ReadFile(path string, stdin io.Reader) ([]byte, error) {
	if path == Stdin {
		data, err := io.ReadAll(stdin)
		if err != nil {
			return nil, fmt.Errorf("read the standard input: %w", err)
		}
		return data, nil
	}
	return os.ReadFile(path)
}

// ReadObjects reads the objects of a file, JSON or YAML: one, a list of them,
// or several YAML documents.
func ReadObjects(path string, stdin io.Reader) ([]map[string]any, error) {
	data, err := ReadFile(path, stdin)
	if err != nil {
		return nil, err
	}
	out, err := Objects(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", nameOf(path), err)
	}
	return out, nil
}

// ReadObject reads a file that holds a single object.
func ReadObject(path string, stdin io.Reader) (map[string]any, error) {
	all, err := ReadObjects(path, stdin)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("read %s: want one object, found %d", nameOf(path), len(all))
	}
	return all[0], nil
}

func nameOf(path string) string {
	if path == Stdin {
		return "the standard input"
	}
	return path
}

// Objects reads the objects of a text, JSON or YAML.
func Objects(data []byte) ([]map[string]any, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors begin a file with it
	text := bytes.TrimSpace(data)
	if len(text) == 0 {
		return nil, errors.New("it is empty")
	}
	if text[0] == '{' || text[0] == '[' {
		if _, err := limit.File.JSON(text); err != nil {
			return nil, err
		}
		var value any
		err := model.Unmarshal(text, &value)
		if err == nil {
			return flatten(value)
		}
		if at, ok := comment(text, err); ok {
			return nil, fmt.Errorf("line %d: JSON has no comments", at)
		}
		// YAML's {} may look like JSON; if it is neither, JSON's error helps.
		if out, yamlErr := yamlObjects(data); yamlErr == nil {
			return out, nil
		}
		return nil, jsonError(text, err)
	}
	return yamlObjects(data)
}

func flatten(value any) ([]map[string]any, error) {
	switch v := value.(type) {
	case map[string]any:
		return []map[string]any{v}, nil
	case []any:
		var out []map[string]any
		for i, item := range v {
			object, ok := item.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("entry %d of the list is not an object", i+1)
			}
			out = append(out, object)
		}
		return out, nil
	}
	return nil, errors.New("want an object or a list of objects")
}

func yamlObjects(text []byte) ([]map[string]any, error) {
	checked, err := yamldoc.Check(text, limit.File)
	if err != nil {
		return nil, err
	}
	documents, err := checked.Values()
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, value := range documents {
		if value == nil {
			continue // an empty document
		}
		// By way of JSON, so that values have the types that they have there.
		data, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("it can't be written as JSON: %w", err)
		}
		var same any
		if err := model.Unmarshal(data, &same); err != nil {
			return nil, err
		}
		objects, err := flatten(same)
		if err != nil {
			return nil, err
		}
		out = append(out, objects...)
	}
	if len(out) == 0 {
		return nil, errors.New("it is empty")
	}
	return out, nil
}

// jsonError says in which line JSON is broken.
func jsonError(text []byte, err error) error {
	var broken *json.SyntaxError
	if errors.As(err, &broken) && broken.Offset <= int64(len(text)) {
		line := 1 + bytes.Count(text[:broken.Offset], []byte("\n"))
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

// comment tells whether JSON is broken by a comment, and in which line. YAML would
// take it for a part of the next key.
func comment(text []byte, err error) (line int, found bool) {
	broken, ok := errors.AsType[*json.SyntaxError](err)
	if !ok || broken.Offset < 1 || broken.Offset > int64(len(text)) {
		return 0, false
	}
	rest := text[broken.Offset-1:]
	return 1 + bytes.Count(text[:broken.Offset], []byte("\n")), bytes.HasPrefix(rest, []byte("//")) || bytes.HasPrefix(rest, []byte("/*"))
}

// Pairs reads k=v arguments. A value that starts with @ is the content of a
// file.
func Pairs(pairs []string, stdin io.Reader) (map[string]any, error) {
	out := make(map[string]any, len(pairs))
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("%q is not of the form name=value", pair)
		}
		if path, isFile := strings.CutPrefix(value, "@"); isFile && path != "" {
			data, err := ReadFile(path, stdin)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			value = string(data)
		}
		out[key] = value
	}
	return out, nil
}
