package limit

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// Read reads all of r, and fails once there is more than most bytes. The name
// says in the error what is read.
func Read(r io.Reader, most int64, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(data)) > most {
		return nil, fault.New(fault.TooLarge, "%s is larger than %s", name, Size(most))
	}
	return data, nil
}

// Gunzip inflates a gzip text, to no more than so many bytes.
func Gunzip(data []byte, most int64, name string) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is not gzip: %w", name, err)
	}
	out, err := Read(zip, most, name)
	if err != nil {
		return nil, err
	}
	return out, zip.Close()
}

// Base64 decodes a text in base64, with or without padding, to no more than so
// many bytes.
func Base64(text string, most int64, name string) ([]byte, error) {
	if int64(base64.RawStdEncoding.DecodedLen(len(text))) > most+2 { // padding may be among it
		return nil, fault.New(fault.TooLarge, "%s is larger than %s", name, Size(most))
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		if raw, rawErr := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "=")); rawErr == nil {
			data, err = raw, nil
		}
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is not base64: %w", name, err)
	}
	return data, nil
}

// Bounded is a reader that fails, with an error that wraps nothing else, once
// more than most bytes have been read from r. Archives are inflated through it:
// what is skipped counts too.
func Bounded(r io.Reader, most int64, name string) io.Reader {
	return &bounded{r: r, left: most, most: most, name: name}
}

type bounded struct {
	r          io.Reader
	left, most int64
	name       string
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fault.New(fault.TooLarge, "%s is larger than %s", b.name, Size(b.most))
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.New(fault.TooLarge, "%s is larger than %s", b.name, Size(b.most))
	}
	return n, err
}

// Size writes a number of bytes for people.
func Size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return thousands(n) + " bytes"
}
