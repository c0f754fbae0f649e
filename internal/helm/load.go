package helm

import (
	"bytes"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// deepest is how deep archives of charts may lie in each other.
const deepest = 5

// load reads a chart's archive. Helm bounds each archive; what an archive within
// an archive and the aliases of YAML add is bounded here, before Helm reads them.
func load(data []byte, more ...File) (*chart.Chart, error) {
	files, err := archive.LoadArchiveFiles(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files = append(files, buffered(more)...)
	b := bounds{left: limit.Archive}
	if err := b.check(files, 0); err != nil {
		return nil, err
	}
	return loader.LoadFiles(files)
}

func buffered(files []File) []*archive.BufferedFile {
	out := make([]*archive.BufferedFile, len(files))
	for i, f := range files {
		out[i] = &archive.BufferedFile{Name: f.Name, Data: f.Data}
	}
	return out
}

// bounds is what may still be inflated, and what the YAML of all charts takes.
type bounds struct {
	left  int64
	files int
	cost  limit.Cost
}

func (b *bounds) check(files []*archive.BufferedFile, depth int) error {
	b.files += len(files)
	if err := limit.Count(b.files, limit.Files, "files in the chart"); err != nil {
		return err
	}
	for _, f := range files {
		if b.left -= int64(len(f.Data)); b.left < 0 {
			return fault.New(fault.TooLarge, "with all that is packed in it, it is larger than %d MiB", limit.Archive>>20)
		}
		name := path.Base(f.Name)
		switch {
		case isValues(name):
			text, err := yamldoc.Check(f.Data, limit.Document)
			if err == nil {
				err = b.cost.Add(text.Cost)
			}
			if err != nil {
				return fault.New(fault.KindOf(err), "%s: %w", fault.Short(f.Name), err)
			}
		case strings.HasPrefix(f.Name, "charts/") && path.Ext(name) == ".tgz":
			if depth == deepest {
				return fault.New(fault.Invalid, "charts are packed in each other more than %d deep", deepest)
			}
			inner, err := archive.LoadArchiveFiles(bytes.NewReader(f.Data))
			if err != nil {
				return fault.New(fault.Invalid, "%s: %w", fault.Short(f.Name), err)
			}
			if err := b.check(inner, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// isValues tells whether Helm reads a file as YAML or JSON when it loads a chart.
func isValues(name string) bool {
	switch name {
	case "Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock":
		return true
	}
	return false
}

// checkRendered bounds what templates have made, before it is parsed.
func checkRendered(files map[string]string) error {
	var all limit.Cost
	for name, text := range files {
		checked, err := yamldoc.Check([]byte(text), limit.Document)
		if err == nil {
			err = all.Add(checked.Cost)
		}
		if err != nil {
			return fault.New(fault.KindOf(err), "%s: %w", name, err)
		}
	}
	return nil
}
