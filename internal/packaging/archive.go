// Package packaging makes what a release is made of: archives, the chart, container
// images, and checksums. The same input gives the same bytes, on every machine.
//
// It is for building releases; no part of the program imports it.
package packaging

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"time"
)

// File is a file or, if its name ends with a slash, a directory of an archive.
type File struct {
	Name string
	Mode int64
	// Owner is the user's and the group's number.
	Owner int
	Data  []byte
}

// writeTar writes an archive of some files, sorted by name. All have the same time.
func writeTar(w io.Writer, at time.Time, files []File) error {
	out := tar.NewWriter(w)
	sorted := slices.SortedFunc(slices.Values(files), func(x, y File) int { return cmp.Compare(x.Name, y.Name) })
	for _, f := range sorted {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.Name, Mode: f.Mode, Uid: f.Owner, Gid: f.Owner,
			Size: int64(len(f.Data)), ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatUSTAR,
		}
		if f.Name != "" && f.Name[len(f.Name)-1] == '/' {
			header.Typeflag = tar.TypeDir
		}
		if err := out.WriteHeader(header); err != nil {
			return fmt.Errorf("archive %s: %w", f.Name, err)
		}
		if _, err := out.Write(f.Data); err != nil {
			return fmt.Errorf("archive %s: %w", f.Name, err)
		}
	}
	return out.Close()
}

// writeTarGz writes the same archive, compressed.
func writeTarGz(w io.Writer, at time.Time, files []File) error {
	out, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := writeTar(out, at, files); err != nil {
		return err
	}
	return out.Close()
}
