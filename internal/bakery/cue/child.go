package cue

import (
	"context"
	"encoding/json"
	"path"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/objects"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// children are the child processes.
var children = confine.New(confine.Kind{
	Name: "cue", Subject: "CUE", Advice: "check it for comprehensions that multiply", Work: work,
})

func init() { children.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do.
type order struct {
	Where, Name, Namespace string
	Values                 map[string]any
	Files                  []bakery.File
}

func (o order) within(ctx context.Context, b confine.Bounds) (bakery.Output, error) {
	var out []byte
	err := children.Do(ctx, b, o, nil, &out)
	return bakery.Output{Manifest: out}, err
}

func work(input json.RawMessage, _ confine.Ask) (any, error) {
	var o order
	if err := model.Unmarshal(input, &o); err != nil {
		return nil, err
	}
	return o.render()
}

// The fields that are given, and the one that holds the result if there is one.
const (
	fieldValues, fieldName, fieldNamespace = "values", "name", "namespace"
	fieldObjects                           = "objects"
)

// render evaluates the package in this process.
func (o order) render() ([]byte, error) {
	l, err := newLoader(o.Files, o.dir())
	if err != nil {
		return nil, err
	}
	inst, err := l.main(o.Where)
	if err != nil {
		return nil, err
	}
	c := cuecontext.New()
	value := c.BuildInstance(inst)
	if err := value.Err(); err != nil {
		return nil, problem(err)
	}
	if value, err = o.fill(c, value); err != nil {
		return nil, err
	}
	found, err := collect(value)
	if err != nil {
		return nil, err
	}
	return objects.Write(found)
}

// dir is the directory that the search for the module begins in.
func (o order) dir() string {
	if path.Ext(o.Where) == ".cue" {
		return path.Dir(o.Where)
	}
	return o.Where
}

// fill gives the package its values: name and namespace only if it has such fields.
func (o order) fill(c *cue.Context, value cue.Value) (cue.Value, error) {
	set := func(field string, given any) error {
		data, err := json.Marshal(given)
		if err != nil {
			return err
		}
		value = value.FillPath(cue.MakePath(cue.Str(field)), c.CompileBytes(data, cue.Filename("given "+field)))
		if err := value.Err(); err != nil {
			return problem(err)
		}
		return nil
	}
	if len(o.Values) > 0 {
		if err := set(fieldValues, o.Values); err != nil {
			return value, err
		}
	}
	for field, given := range map[string]string{fieldName: o.Name, fieldNamespace: o.Namespace} {
		if given != "" && value.LookupPath(cue.MakePath(cue.Str(field))).Exists() {
			if err := set(field, given); err != nil {
				return value, err
			}
		}
	}
	return value, nil
}

// collect lists the objects of the field objects, or of all fields that hold some.
func collect(value cue.Value) ([]map[string]any, error) {
	if only := value.LookupPath(cue.MakePath(cue.Str(fieldObjects))); only.Exists() {
		v, err := plain(only)
		if err != nil {
			return nil, err
		}
		return objects.Collect(v)
	}
	if value.IncompleteKind() != cue.StructKind {
		v, err := plain(value)
		if err != nil {
			return nil, err
		}
		return objects.Collect(v)
	}
	fields, err := value.Fields()
	if err != nil {
		return nil, problem(err)
	}
	all := map[string]any{}
	for fields.Next() {
		name := fields.Selector().Unquoted()
		switch name {
		case fieldValues, fieldName, fieldNamespace:
			continue
		}
		if all[name], err = plain(fields.Value()); err != nil {
			return nil, err
		}
	}
	if _, isObject := all["kind"].(string); !isObject {
		for name, v := range all {
			if !objects.Holds(v) {
				delete(all, name)
			}
		}
	}
	return objects.Collect(all)
}

// plain is a value as JSON has it, all of which must be known.
func plain(value cue.Value) (any, error) {
	if err := value.Validate(cue.Concrete(true), cue.Final()); err != nil {
		return nil, problem(err)
	}
	text, err := value.MarshalJSON()
	if err != nil {
		return nil, problem(err)
	}
	if _, err := limit.Document.JSON(text); err != nil {
		return nil, fault.New(fault.KindOf(err), "CUE: what it evaluates to: %w", err)
	}
	var out any
	err = model.Unmarshal(text, &out)
	return out, err
}

// mostProblem is how many bytes of an error are told.
const mostProblem = 4000

// problem tells what is wrong, and where.
func problem(err error) error {
	text := strings.TrimSpace(errors.Details(err, &errors.Config{Cwd: "/", ToSlash: true}))
	if len(text) > mostProblem {
		text = text[:mostProblem] + "..."
	}
	return fault.New(fault.Invalid, "CUE: %s", strings.ToValidUTF8(text, ""))
}
