package helm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"

	chartcommon "helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// charts are rendered in child processes.
var charts = confine.New(confine.Kind{
	Name: "chart", Subject: "chart", Advice: "check its templates for nested loops", Work: work, Warm: warm,
})

// warm renders a small chart.
func warm() {
	_, _ = Template{Name: "warm", Namespace: "default", Files: []File{
		{"Chart.yaml", []byte("{apiVersion: v2, name: warm, version: 1.0.0}")}, {"values.yaml", []byte("a: {b: 1}")},
		{"templates/a.yaml", []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {{- toYaml .Values.a | nindent 2 }}\n")},
	}}.render()
}

func init() { charts.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do: to render a release, or what "helm template" prints.
type order struct {
	Release   *Request  `json:",omitempty"`
	Template  *Template `json:",omitempty"`
	CanLookUp bool      `json:",omitempty"`
}

// rendered is a release as it comes from a child.
type rendered struct {
	Release json.RawMessage
	CRDs    []File `json:",omitempty"`
}

type wanted struct{ APIVersion, Kind, Namespace, Name string }

type found struct {
	Object map[string]any
	Fault  string
}

// Render renders a chart in a child process, within [confine.DefaultBounds]. Faults of
// the chart or its values are Invalid.
func Render(ctx context.Context, r Request) (*Release, error) {
	return renderWithin(ctx, confine.DefaultBounds, r)
}

func renderWithin(ctx context.Context, b confine.Bounds, r Request) (*Release, error) {
	var answers confine.Answerer
	if r.Lookup != nil {
		answers = func(ctx context.Context, question json.RawMessage) (any, error) {
			var w wanted
			if err := json.Unmarshal(question, &w); err != nil {
				return nil, fmt.Errorf("read what the chart looks up: %w", err)
			}
			object, err := lookUp(ctx, r.Lookup)(w.APIVersion, w.Kind, w.Namespace, w.Name)
			f := found{Object: object}
			if err != nil {
				f.Fault = err.Error()
			}
			return f, nil
		}
	}
	var made rendered
	if err := charts.Do(ctx, b, order{Release: &r, CanLookUp: r.Lookup != nil}, answers, &made); err != nil {
		return nil, err
	}
	return made.release()
}

// release is what a child has rendered. The CRDs of the charts within the chart
// are not part of a record, so they come beside it.
func (m *rendered) release() (*Release, error) {
	var out Release
	if err := json.Unmarshal(m.Release, &out); err != nil {
		return nil, fmt.Errorf("read what rendering the chart gave: %w", err)
	}
	if len(m.CRDs) > 0 {
		var inner chart.Chart
		inner.Metadata = &chart.Metadata{Name: "dependencies"}
		for _, f := range m.CRDs {
			inner.Files = append(inner.Files, &chartcommon.File{Name: f.Name, Data: f.Data})
		}
		out.Chart.AddDependency(&inner)
	}
	return &out, nil
}

// work is what a child does.
func work(input json.RawMessage, ask confine.Ask) (any, error) {
	var o order
	if err := model.Unmarshal(input, &o); err != nil {
		return nil, fmt.Errorf("read what to render: %w", err)
	}
	if o.Template != nil {
		return o.Template.render()
	}
	var find lookup
	if o.CanLookUp {
		find = func(apiVersion, kind, namespace, name string) (map[string]any, error) {
			var f found
			if err := ask(wanted{apiVersion, kind, namespace, name}, &f); err != nil {
				return nil, err
			}
			f.Object, _ = model.Plain(f.Object).(map[string]any)
			if f.Fault != "" {
				return f.Object, errors.New(f.Fault)
			}
			return f.Object, nil
		}
	}
	return release(*o.Release, find)
}

// release renders a chart as a release.
func release(r Request, find lookup) (*rendered, error) {
	if r.Values != nil {
		r.Values, _ = model.Plain(r.Values).(map[string]any)
	}
	made, err := build(r, find)
	if err != nil {
		return nil, err
	}
	var out rendered
	if out.Release, err = json.Marshal(made); err != nil {
		return nil, fault.New(fault.Invalid, "chart: it can't be recorded: %w", err)
	}
	for _, inner := range made.Chart.Dependencies() {
		for _, crd := range inner.CRDObjects() {
			out.CRDs = append(out.CRDs, File{path.Join("crds", crd.Filename), crd.File.Data})
		}
	}
	return &out, nil
}
