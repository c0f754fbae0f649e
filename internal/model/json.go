package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Unmarshal decodes JSON, keeping numbers as they are written (json.Number)
// wherever the target is free-form. Anything after the first value is an error.
func Unmarshal(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("unexpected text after the JSON value")
	}
	return nil
}

// Marshal encodes JSON without escaping <, > and &, as Jackson writes it.
func Marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}
