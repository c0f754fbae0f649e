package text

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// CloudFoundry puts the values of variables into manifests of Cloud Foundry, as Rosco's
// CloudFoundryBakeManifestService does.
type CloudFoundry struct{}

var _ bakery.Renderer = CloudFoundry{}

// Names is Rosco's.
func (CloudFoundry) Names() []string { return []string{"CF"} }

// Version is that of how variables are replaced.
func (CloudFoundry) Version() string { return "Cloud Foundry variables v1" }

// Prepare fetches the manifest, and files of variables.
func (CloudFoundry) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	if len(o.Artifacts) < 2 {
		return bakery.Job{}, fault.New(fault.Invalid, "inputArtifacts: there must be a manifest, and at least one file of variables after it")
	}
	all, where, err := tree.Input(ctx, from, o.Artifacts[0], o.Path, "templateFilePath")
	if err != nil {
		return bakery.Job{}, err
	}
	data, ok := all[where]
	if !ok {
		return bakery.Job{}, fault.New(fault.Invalid, "templateFilePath: %q is a directory; use the path of the manifest", where)
	}
	manifest := bakery.File{Name: where, Data: data}
	variables, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	return bakery.Job{
		Source: bakery.Source{Name: where}, Files: append([]bakery.File{manifest}, variables...),
		Render: order{Files: []bakery.File{manifest}, Variables: variables, Interpolate: true}.render,
	}, nil
}

// variable matches a variable in a manifest.
var variable = regexp.MustCompile(`\(\(\s*([^\s()]+)\s*\)\)`)

// mostUnknown is how many variables without a value an error names.
const mostUnknown = 10

// interpolate puts values in the places of variables. Names are those of the values'
// fields, such as a.b[0].
func interpolate(manifest bakery.File, files []bakery.File) (rendered, error) {
	merged := map[string]any{}
	for _, f := range files {
		given, err := values.Merge([]bakery.File{f}, nil)
		if err != nil {
			return rendered{}, err
		}
		flatten("", given, merged)
	}
	var out bytes.Buffer
	var unknown []string
	end := 0
	for _, at := range variable.FindAllSubmatchIndex(manifest.Data, -1) {
		name := string(manifest.Data[at[2]:at[3]])
		value, ok := merged[name]
		if !ok {
			line := 1 + bytes.Count(manifest.Data[:at[0]], []byte("\n"))
			if text := manifest.Name + ":" + strconv.Itoa(line) + ": ((" + fault.Short(name) + "))"; !slices.Contains(unknown, text) && len(unknown) < mostUnknown {
				unknown = append(unknown, text)
			}
			continue
		}
		out.Write(manifest.Data[end:at[0]])
		out.WriteString(model.String(map[string]any{"": value}, ""))
		end = at[1]
		if out.Len() > limit.Inflated {
			return rendered{}, fault.New(fault.TooLarge, "%s: it renders to more than %s", manifest.Name, limit.Size(limit.Inflated))
		}
	}
	if len(unknown) > 0 {
		return rendered{}, fault.New(fault.Invalid, "the files of variables have no text, number, or boolean for %s", strings.Join(unknown, ", "))
	}
	out.Write(manifest.Data[end:])
	text, err := yamldoc.Check(out.Bytes(), limit.Document)
	if err == nil {
		_, err = text.Values()
	}
	if err != nil {
		return rendered{}, fault.New(fault.Invalid, "%s: with its variables replaced, it is not valid YAML: %w", manifest.Name, err)
	}
	return rendered{Manifest: out.Bytes()}, nil
}

// flatten lists the texts, numbers and booleans in a value by their paths.
func flatten(at string, value any, into map[string]any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if at != "" {
				key = at + "." + key
			}
			flatten(key, inner, into)
		}
	case []any:
		for i, inner := range v {
			flatten(at+"["+strconv.Itoa(i)+"]", inner, into)
		}
	case nil:
	default:
		into[at] = v
	}
}
