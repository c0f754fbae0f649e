package store

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// deployed is a stage as it is after a deployment of so many objects.
func deployed(objects int) *model.Stage {
	given, live := make([]any, objects), make([]any, objects)
	for i := range objects {
		m := map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprintf("m%d", i)},
			"data": map[string]any{"text": strings.Repeat(fmt.Sprintf("line %d\n", i), 100)},
		}
		given[i] = m
		live[i] = model.Merge(m, map[string]any{"metadata": map[string]any{"name": fmt.Sprintf("m%d-v000", i), "uid": fmt.Sprint(i)}})
	}
	operation := map[string]any{"id": "1", "resultObjects": []any{map[string]any{"manifests": live}}}
	return &model.Stage{
		ID: "s", Context: map[string]any{"manifests": given, "outputs.manifests": live, "kato.tasks": []any{operation}, "group": "g"},
		Outputs: map[string]any{"manifests": given, "outputs.manifests": live},
		Tasks:   []*model.Task{{ID: "1", TaskExceptionDetails: map[string]any{"exception": live}}},
	}
}

func TestRepeatsAreStoredOnce(t *testing.T) {
	t.Parallel()
	s := deployed(200)
	document, err := model.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	manifests, err := model.Marshal(s.Context["manifests"])
	if err != nil {
		t.Fatal(err)
	}
	stored := withoutRepeats(document)
	t.Logf("the document has %.1f times the manifests, and is stored with %.1f times", float64(len(document))/float64(len(manifests)), float64(len(stored))/float64(len(manifests)))
	if len(stored) > len(manifests)*3/2 {
		t.Errorf("%d bytes of manifests are stored with %d bytes", len(manifests), len(stored))
	}
	got, err := withRepeats([]byte(stored))
	if err != nil || !bytes.Equal(got, document) || lengthWithRepeats([]byte(stored)) != len(document) {
		t.Errorf("%d bytes come back as %d, %v", len(document), len(got), err)
	}
	loaded, err := decodeStage([]byte(stored))
	if err != nil || len(model.List(loaded.Outputs, "outputs.manifests")) != 200 {
		t.Errorf("the stage has %d manifests, %v", len(model.List(loaded.Outputs, "outputs.manifests")), err)
	}
	bare, err := decodeStage(bareStage([]byte(stored)))
	if err != nil || bare.ID != "s" || bare.Context["group"] != "g" || len(bare.Outputs) != 0 {
		t.Errorf("the bare stage is %+v, %v", bare, err)
	}
}

func TestRepeatsOfWhatLooksLikeAReference(t *testing.T) {
	t.Parallel()
	s := deployed(20)
	s.Context["\x00r"] = []any{0, 100}
	s.Context["x"] = map[string]any{"\x00r": []any{0, 1000}}
	document, err := model.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	stored := withoutRepeats(document)
	if got, err := withRepeats([]byte(stored)); err != nil || !bytes.Equal(got, document) {
		t.Errorf("it comes back as %.200s, %v", got, err)
	}
}

func TestBrokenReferences(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		` {"a":{"\u0000r":[0,99]}}`, ` {"a":{"\u0000r":[-1,2]}}`, ` {"a":{"\u0000r":[1`, ` {"a":{"\u0000r":[x,y]}}`, ` {"a":{"\u0000r":[]}}`,
		` {"a":{"\u0000r":[9999999999999999999,1]}}`,
	} {
		if got, err := withRepeats([]byte(bad)); err == nil {
			t.Errorf("%s becomes %s", bad, got)
		}
		if got := lengthWithRepeats([]byte(bad)); got < 0 {
			t.Errorf("%s has a length of %d", bad, got)
		}
	}
}

func FuzzRepeats(f *testing.F) {
	document, err := model.Marshal(deployed(20))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document)
	f.Add([]byte(withoutRepeats(document)))
	f.Add([]byte(`{"context":{"a":[[]]},"x":"\"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		stored := withoutRepeats(data)
		if len(data) > 0 && data[0] == repeatMark {
			return // no document begins so
		}
		if got, err := withRepeats([]byte(stored)); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%q comes back as %q, %v", data, got, err)
		}
	})
}

func BenchmarkRepeats(b *testing.B) {
	for _, objects := range []int{1, 2000} {
		document, err := model.Marshal(deployed(objects))
		if err != nil {
			b.Fatal(err)
		}
		stored := []byte(withoutRepeats(document))
		b.Run(fmt.Sprintf("store/%d", objects), func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			for b.Loop() {
				withoutRepeats(document)
			}
		})
		b.Run(fmt.Sprintf("load/%d", objects), func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			for b.Loop() {
				if _, err := withRepeats(stored); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
