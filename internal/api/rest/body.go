package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// ErrMediaType is the fault of a body in a content type that can't be read.
var ErrMediaType = errors.New("unsupported media type")

// errTooLarge says that a body is over the limit.
var errTooLarge = errors.New("the body is too large")

// maxDrain bounds what is read of a body after it was found too large. A client
// that sends its whole body before it reads would otherwise see a broken
// connection and not the answer.
const maxDrain = 256 << 20

// limitedBody is a request's body up to a limit.
type limitedBody struct {
	io.ReadCloser
	left int64
}

// Read reads on, and fails once there is more than the limit; what is left of
// the body is then read and thrown away.
func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		_, _ = io.CopyN(io.Discard, b.ReadCloser, maxDrain) // a body that breaks off is no worse
		return 0, errTooLarge
	}
	return n, err
}

// ReadBody reads the request's body, JSON or YAML; present is false for an empty
// one.
func ReadBody(r *http.Request, into any) (present bool, err error) {
	data, err := ReadAll(r)
	if err != nil {
		return false, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return false, nil
	}
	kind, err := mediaTypeOf(r.Header.Get("Content-Type"))
	if err != nil {
		return false, err
	}
	if IsYAML(kind) {
		text, err := yamldoc.Check(data, limit.Document)
		if err == nil {
			err = afford(r, data, text.Cost)
		}
		if err != nil {
			return false, err
		}
		return true, fromYAML(text, into)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as Jackson, which skips it
	cost, err := limit.Document.JSON(data)
	if err == nil {
		err = afford(r, data, cost)
	}
	if err != nil {
		return false, err
	}
	if err := model.Unmarshal(data, into); err != nil {
		return false, malformed(data, err)
	}
	return true, nil
}

// ReadRaw reads the request's body as it is, whatever its content type says, for those
// who need each byte of it. If it is JSON, it is within the bounds of one, and what it
// takes decoded is paid for.
func ReadRaw(r *http.Request) ([]byte, error) {
	data, err := ReadAll(r)
	if err != nil {
		return nil, err
	}
	cost, err := limit.Document.JSON(data)
	if err == nil {
		err = afford(r, data, cost)
	}
	return data, err
}

// mediaTypeOf lets JSON through, under any of its names, and YAML; a body
// without a content type is JSON.
func mediaTypeOf(header string) (string, error) {
	if header == "" {
		return JSONType, nil
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil || (kind != JSONType && !strings.HasSuffix(kind, "+json") && !IsYAML(kind)) {
		return "", fmt.Errorf("%w: unsupported content type %q; send application/json", ErrMediaType, fault.Short(header))
	}
	return kind, nil
}

// malformed is the fault of a body that isn't the JSON it should be, with the
// place where it stops making sense.
func malformed(data []byte, err error) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		line, column := position(data, syntax.Offset)
		return fault.New(fault.Invalid, "malformed JSON at line %d, column %d: %w", line, column, err)
	case errors.As(err, &kind):
		line, column := position(data, kind.Offset)
		return fault.New(fault.Invalid, "unexpected %s at line %d, column %d of the JSON: want %s", kind.Value, line, column, wanted(kind))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		line, column := position(data, int64(len(data)))
		return fault.New(fault.Invalid, "malformed JSON at line %d, column %d: the text ends too early", line, column)
	}
	return fault.New(fault.Invalid, "malformed JSON: %w", err)
}

func wanted(kind *json.UnmarshalTypeError) string {
	switch kind.Type.Kind().String() {
	case "map", "struct":
		return "an object"
	case "slice":
		return "a list"
	}
	return "a " + kind.Type.String()
}

// position counts the line and column, from 1, of a place in a text.
func position(data []byte, offset int64) (line, column int) {
	if offset > int64(len(data)) {
		offset = int64(len(data))
	}
	before := string(data[:offset])
	line = strings.Count(before, "\n") + 1
	column = len(before) - strings.LastIndex(before, "\n") - 1
	return line, max(column, 1)
}

// Object reads a body that must be a JSON object.
func Object(r *http.Request) (map[string]any, error) {
	var value map[string]any
	present, err := ReadBody(r, &value)
	if err != nil {
		return nil, err
	}
	if !present || value == nil {
		return nil, fault.New(fault.Invalid, "a body is required: a JSON object")
	}
	return value, nil
}

// OptionalObject reads a body that may be missing; never nil without an error.
func OptionalObject(r *http.Request) (map[string]any, error) {
	value := map[string]any{}
	if _, err := ReadBody(r, &value); err != nil {
		return nil, err
	}
	if value == nil { // the text "null"
		value = map[string]any{}
	}
	return value, nil
}
