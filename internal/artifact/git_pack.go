package artifact

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

const (
	// objectFactor is how much larger than an artifact one object of a
	// repository may be, inflatedFactor all of them together: they are held in
	// memory one at a time, with what they are made from.
	objectFactor, inflatedFactor = 2, 32
	// maxObjects bounds the objects of a transfer.
	maxObjects = 1_000_000
)

// receivePack writes a pack to a file, and checks what becomes of it before
// anything is inflated into memory: a megabyte may hold gigabytes.
func receivePack(ctx context.Context, dir string, pack io.Reader, limit int64) (*os.File, error) {
	file, err := os.Create(filepath.Join(dir, "received.pack"))
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, pack)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = checkPack(ctx, file, limit)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// checkPack refuses a pack with objects that are too large, or too many.
func checkPack(ctx context.Context, pack io.Reader, limit int64) error {
	scanner := packfile.NewScanner(struct{ io.Reader }{pack}) // which is read once, from begin to end
	_, objects, err := scanner.Header()
	if err != nil {
		return err
	}
	if objects > maxObjects {
		return tooLarge(limit)
	}
	left := limit * inflatedFactor
	for range objects {
		if err := ctx.Err(); err != nil {
			return err
		}
		header, err := scanner.NextObjectHeader()
		if err != nil {
			return err
		}
		left -= header.Length
		if header.Length < 0 || header.Length > limit*objectFactor || left < 0 {
			return tooLarge(limit)
		}
		content := &objectContent{left: header.Length}
		if _, _, err := scanner.NextObject(content); err != nil {
			return err
		}
		if header.Type != plumbing.OFSDeltaObject && header.Type != plumbing.REFDeltaObject {
			continue
		}
		size, err := content.deltaTarget()
		if err != nil {
			return err
		}
		left -= size
		if size > limit*objectFactor || left < 0 {
			return tooLarge(limit)
		}
	}
	return nil
}

// objectContent sees an object's content go by, and keeps its beginning. It
// fails where there is more of it than its header says.
type objectContent struct {
	left  int64
	begin []byte
}

// Write counts.
func (c *objectContent) Write(p []byte) (int, error) {
	if c.left -= int64(len(p)); c.left < 0 {
		return 0, errors.New("an object of the pack is larger than it says")
	}
	if room := 2*binary.MaxVarintLen64 - len(c.begin); room > 0 {
		c.begin = append(c.begin, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// deltaTarget is the size of what a delta makes: the second number of its
// content.
func (c *objectContent) deltaTarget() (int64, error) {
	_, n := binary.Uvarint(c.begin)
	if n <= 0 {
		return 0, packfile.ErrInvalidDelta
	}
	size, n := binary.Uvarint(c.begin[n:])
	if n <= 0 || int64(size) < 0 {
		return 0, packfile.ErrInvalidDelta
	}
	return int64(size), nil
}
