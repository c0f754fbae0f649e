package bakery_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/fault"
)

// plain is a renderer that gives a file as it is.
type plain struct{ version string }

func (plain) Names() []string   { return []string{"PLAIN"} }
func (p plain) Version() string { return p.version }

func (plain) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	data, err := from.Fetch(ctx, o.Artifacts[0])
	return bakery.Job{
		Settings: o.OutputName, Files: []bakery.File{{Name: "a", Data: data}},
		Render: func(context.Context) (bakery.Output, error) { return bakery.Output{Manifest: data}, nil },
	}, err
}

func order(reference string) bakery.Order {
	return bakery.Order{Renderer: " plain ", Artifacts: []map[string]any{{"reference": reference}}}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	from := bakerytest.Artifacts{"a": []byte("a: 1\n"), "same": []byte("a: 1\n"), "b": []byte("a: 2\n")}
	keys := map[string]string{}
	for name, test := range map[string]struct {
		version string
		order   bakery.Order
	}{
		"a": {"1", order("a")}, "same": {"1", order("same")}, "other text": {"1", order("b")}, "other version": {"2", order("a")},
		"other setting": {"1", bakery.Order{Renderer: "PLAIN", OutputName: "x", Artifacts: order("a").Artifacts}},
	} {
		baked, err := bakery.New(from, nil, plain{test.version}).Bake(t.Context(), test.order)
		require.NoError(t, err)
		require.Equal(t, test.version, baked.Version)
		keys[name] = baked.Key
	}
	require.Equal(t, keys["a"], keys["same"])
	delete(keys, "same")
	seen := map[string]bool{}
	for _, key := range keys {
		seen[key] = true
	}
	require.Len(t, seen, len(keys))
}

func TestObjectsAndBounds(t *testing.T) {
	t.Parallel()
	from := bakerytest.Artifacts{}
	for text, want := range map[string]int{
		"": 0, "a: 1": 1, "---\n# Source: x\na: 1\n---\n# only this\n---\n\n--- # and this\nb: 2\n---\r\nc: |\n  ---\n": 3,
	} {
		from["text"] = []byte(text)
		baked, err := bakery.New(from, nil, plain{}).Bake(t.Context(), order("text"))
		require.NoError(t, err)
		require.Equal(t, want, baked.Objects, text)
	}
	from["text"] = []byte(strings.Repeat("a", int(bakery.DefaultConfig().MaxBytes)+1))
	_, err := bakery.New(from, nil, plain{}).Bake(t.Context(), order("text"))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	_, err = bakery.New(from, nil, plain{}).Bake(t.Context(), bakery.Order{Renderer: "OTHER"})
	require.ErrorContains(t, err, `templateRenderer: "OTHER" is not supported; use one of PLAIN`)
	_, err = bakery.New(from, nil, plain{}).Bake(t.Context(), bakery.Order{Renderer: "PLAIN"})
	require.ErrorContains(t, err, "inputArtifacts")
}
