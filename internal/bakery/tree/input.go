package tree

import (
	"bytes"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// mostBytes is how many bytes the files that are rendered may have.
const mostBytes = 32 << 20

// Input fetches what is rendered: the files of a git/repo or of a tar.gz, of which at names
// a file or a directory; or a file of any other type, which is then the only one. field is
// what faults call at. The path is clean, and in the tree.
func Input(ctx context.Context, from bakery.Fetcher, artifact map[string]any, at, field string) (all Tree, where string, err error) {
	data, err := from.Fetch(ctx, artifact)
	if err != nil {
		return nil, "", fault.New(fault.KindOf(err), "inputArtifacts[0]: %w", err)
	}
	if model.String(artifact, "type") != "git/repo" && !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if len(data) > mostBytes {
			return nil, "", tooLarge(int64(len(data)))
		}
		where = FileName(artifact, "input")
		return Tree{where: data}, where, nil
	}
	if all, err = Archive(data); err != nil {
		return nil, "", fault.New(fault.KindOf(err), "inputArtifacts[0]: %w", err)
	}
	if where, err = Clean(at, field); err != nil {
		return nil, "", err
	}
	if _, isFile := all[where]; !isFile && len(all.Below(where)) == 0 {
		return nil, "", fault.New(fault.Invalid, "%s: %q is neither a file nor a directory of the artifact", field, fault.Short(at))
	}
	return all, where, nil
}

func tooLarge(n int64) error {
	return fault.New(fault.TooLarge, "the files to render have %s; the most is %s", limit.Size(n), limit.Size(mostBytes))
}

// Bounded lists the files below a directory that keep wants, and bounds what they have
// together.
func (t Tree) Bounded(dir string, keep func(name string) bool) ([]bakery.File, error) {
	out := slices.DeleteFunc(t.Below(dir), func(f bakery.File) bool { return !keep(f.Name) })
	total := int64(0)
	for _, f := range out {
		total += int64(len(f.Data))
	}
	if total > mostBytes {
		return nil, tooLarge(total)
	}
	return out, nil
}

// Others fetches the artifacts after the first: files of values.
func Others(ctx context.Context, from bakery.Fetcher, artifacts []map[string]any) ([]bakery.File, error) {
	return Values(ctx, from, artifacts[1:], "inputArtifacts", 1)
}

// Values fetches files of values. field is what faults call the list of artifacts, and
// first the place of the first one in it.
func Values(ctx context.Context, from bakery.Fetcher, artifacts []map[string]any, field string, first int) ([]bakery.File, error) {
	var out []bakery.File
	total := int64(0)
	for i, artifact := range artifacts {
		data, err := from.Fetch(ctx, artifact)
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "%s[%d]: %w", field, i+first, err)
		}
		if total += int64(len(data)); total > mostBytes {
			return nil, tooLarge(total)
		}
		out = append(out, bakery.File{Name: FileName(artifact, "values"), Data: data})
	}
	return out, nil
}

// FileName is what errors call the file of an artifact: the last part of its name, or of
// its reference. Programs find out by its ending how to read it.
func FileName(artifact map[string]any, unnamed string) string {
	for _, key := range []string{"name", "reference"} {
		given := model.String(artifact, key)
		if key == "reference" && strings.HasSuffix(model.String(artifact, "type"), "/base64") {
			continue // it is the content
		}
		if u, err := url.Parse(given); err == nil && u.Path != "" {
			given = u.Path
		}
		if name := path.Base(path.Clean("/" + strings.ReplaceAll(given, "\\", "/"))); name != "/" && len(name) < limit.Name {
			return name
		}
	}
	return unnamed
}
