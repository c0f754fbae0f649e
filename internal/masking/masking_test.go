package masking_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// value is a JSON value.
func value(t testing.TB, text string) any {
	t.Helper()
	var out any
	if err := model.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func text(t testing.TB, value any) string {
	t.Helper()
	data, err := model.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The value that is to be hidden, in base64 too.
const password = "hunter2-and-more"

var password64 = base64.StdEncoding.EncodeToString([]byte(password))

const yamlSecret = `# the keys
apiVersion: v1
kind: Secret
metadata:
  name: keys
stringData:
  password: ` + password + `
  file: |
    line one
    ` + password + `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: red}
`

func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	b64 := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	quoted := func(s string) string { return text(t, s) }
	for name, given := range map[string]string{
		"data":             `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"data":{"password":"` + password64 + `"}}`,
		"stringData":       `{"kind":"Secret","stringData":{"password":"` + password + `"}}`,
		"lower case":       `{"kind":"secret","stringData":{"password":"` + password + `"}}`,
		"data of no kind":  `{"kind":"Secret","stringData":"` + password + `"}`,
		"deep data":        `{"kind":"Secret","data":{"a":{"b":["` + password + `"]}}}`,
		"last applied":     `{"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"password\":\"` + password + `\"}}"}}}`,
		"list":             `{"kind":"List","items":[{"kind":"ConfigMap","data":{"a":"b"}},{"kind":"Secret","data":{"password":"` + password64 + `"}}]}`,
		"secret list":      `{"kind":"SecretList","items":[{"metadata":{"name":"x"},"data":{"password":"` + password64 + `"}}]}`,
		"lists of lists":   `[[[{"kind":"Secret","data":{"password":"` + password64 + `"}}]]]`,
		"result":           `{"kato.tasks":[{"resultObjects":[{"manifests":[{"kind":"Secret","data":{"password":"` + password64 + `"}}]}]}]}`,
		"text":             `{"manifests":` + quoted(yamlSecret) + `}`,
		"text of JSON":     quoted(`{"kind":"Secret","data":{"password":"` + password + `"}}`),
		"flow":             quoted(`{kind: Secret, stringData: {password: ` + password + `}}`),
		"quoted kind":      quoted("\"kind\": 'Secret'\n\"stringData\":\n  password: " + password + "\n"),
		"kind after data":  quoted("data: {password: " + password + "}\nkind: Secret\n"),
		"alias":            quoted("common: &d {password: " + password + "}\nsecret: {kind: Secret, stringData: *d}\n"),
		"alias of a value": quoted("common: &p " + password + "\nsecret: {kind: Secret, stringData: {a: *p}}\n"),
		"alias of a kind":  quoted("common: &k Secret\nsecret: {kind: *k, stringData: {a: " + password + "}}\n"),
		"alias of a key":   quoted("common: &k kind\nother: &d data\nsecret: {*k : Secret, *d : {a: " + password + "}}\n"),
		"merged kind":      quoted("base: &b {kind: Secret}\nsecret: {<<: *b, stringData: {a: " + password + "}}\n"),
		"merged kinds":     quoted("base: &b {kind: Secret}\nsecret: {<<: [*b], data: {a: " + password + "}}\n"),
		"merged data":      quoted("base: &b {stringData: {a: " + password + "}}\nsecret: {<<: *b, kind: Secret}\n"),
		"two kinds":        quoted("kind: Secret\nstringData: {a: " + password + "}\nkind: ConfigMap\n"),
		"in a list":        quoted("kind: List\nitems:\n- kind: Secret\n  data: {a: " + password + "}\n"),
		"in a secret list": quoted("kind: SecretList\nitems:\n- data: {a: " + password + "}\n"),
		"template":         quoted("{{ if .x }}\nkind: Secret\nstringData:\n  password: " + password + "\n  {{ if .y }}\n  more: >-\n    " + password + "\n  {{ end }}\n{{ end }}\n"),
		"broken":           quoted("kind: Secret\nstringData:\n  password: [" + password + "\n"),
		"broken flow":      quoted("{kind: Secret, stringData: {password: " + password + "}"),
		"broken JSON":      quoted(`{"kind": "Secret", "data": {"password": "` + password + `"}, {`),
		"diff":             quoted("--- a\n+++ b\n kind: Secret\n data:\n-  password: " + password + "\n+  password: other\n"),
		"artifact":         `{"type":"embedded/base64","name":"x","reference":"` + b64(yamlSecret) + `"}`,
		"bound artifact":   `{"resolvedExpectedArtifacts":[{"boundArtifact":{"type":"embedded/base64","reference":"` + strings.TrimRight(b64(yamlSecret), "=") + `"}}]}`,
		"patch":            `{"manifestName":"secret x","patchBody":{"data":{"password":"` + password64 + `"}}}`,
		"patches":          `{"manifestName":"Secret x","patchBody":[{"stringData":{"password":"` + password + `"}}],"manifests":[{"stringData":{"password":"` + password + `"}}]}`,
		"patch text":       `{"manifestName":"secret x","patchBody":"stringData:\n  password: ` + password + `\n"}`,
		"patch artifact":   `{"manifestName":"secret x","source":"artifact","manifestArtifact":{"type":"embedded/base64","reference":"` + b64("data: {password: "+password64+"}") + `"},"manifests":[{"data":{"password":"` + password64 + `"}}]}`,
		"operations in it": `{"kind":"secret","manifestArtifact":{"type":"embedded/base64","reference":"` + b64(`[{"op":"add","path":"/data/password","value":"`+password64+`"}]`) + `"}}`,
		"patch by id":      `{"manifestName":"secret x","source":"artifact","manifestArtifactId":"y","manifests":[{"data":{"password":"` + password64 + `"}}]}`,
		"saved pipeline":   `{"pipeline":"` + b64(`{"stages":[{"manifests":[{"kind":"Secret","metadata":{"name":"x"},"stringData":{"password":"`+password+`"}}]}]}`) + `"}`,
		"saved pipelines":  `{"pipelines":"` + b64("[\n  {\"stages\": [{\"manifests\": [{\"kind\": \"Secret\", \"stringData\": {\"password\": \""+password+"\"}}]}]}]") + `"}`,
		"operation":        `{"manifestName":"secrets x","patchBody":[{"op":"replace","path":"/data/password","value":"` + password64 + `"}]}`,
		"operation text":   `{"manifestName":"secret x","patchBody":"- {op: add, path: /data/password, value: ` + password64 + `}"}`,
		"operation of all": `{"manifestName":"secret x","patchBody":[{"op":"replace","path":"","value":{"data":{"password":"` + password64 + `"}}}]}`,
		"operation data":   `{"kind":"secret","criteria":"newest","patchBody":[{"op":"add","path":"/stringData","value":{"password":"` + password + `"}}]}`,
		"operation note":   `{"manifestName":"secret x","patchBody":[{"op":"add","path":"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration","value":"` + password + `"}]}`,
		"operation notes":  `{"manifestName":"secret x","patchBody":[{"op":"add","path":"/metadata/annotations","value":{"kubectl.kubernetes.io/last-applied-configuration":"` + password + `"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			original := value(t, given)
			before := text(t, original)
			masked := text(t, masking.Value(original))
			for place, shown := range map[string]string{"the value": masked, "an artifact": decoded(masked)} {
				for _, secret := range []string{password, password64} {
					if strings.Contains(shown, secret) {
						t.Errorf("%s shows it: %s", place, shown)
					}
				}
			}
			if after := text(t, original); after != before {
				t.Errorf("the original has changed: %s", after)
			}
			if again := text(t, masking.Value(value(t, masked))); again != masked {
				t.Errorf("masked twice it is\n%s, once\n%s", again, masked)
			}
			if restored := masking.Restore(value(t, masked), original); !reflect.DeepEqual(restored, original) {
				t.Errorf("restored it is %s, want %s", text(t, restored), before)
			}
			document, err := masking.StageJSON([]byte(`{"id":"s","context":{"x":` + given + `},"outputs":{"x":` + given + `},"tasks":[]}`))
			if err != nil || strings.Contains(string(document), password) || strings.Contains(string(document), password64) {
				t.Errorf("the document of a stage shows it: %s (%v)", document, err)
			}
		})
	}
}

// decoded is the text of the embedded artifacts in a value.
func decoded(shown string) string {
	out := ""
	for part := range strings.SplitSeq(shown, `"`) {
		if data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(part, "=")); err == nil {
			out += string(data)
		}
	}
	return out
}

func TestKeysAreKept(t *testing.T) {
	t.Parallel()
	got := text(t, masking.Value(value(t, `{"kind":"Secret","type":"Opaque","metadata":{"name":"x","labels":{"a":"b"}},"data":{"user":"YQ==","password":"Yg==","gone":null},"immutable":true}`)))
	if want := `{"data":{"gone":null,"password":"***","user":"***"},"immutable":true,"kind":"Secret","metadata":{"labels":{"a":"b"},"name":"x"},"type":"Opaque"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	shown, _ := masking.Value(yamlSecret).(string)
	for _, kept := range []string{"# the keys", "name: keys", `password: "***"`, `file: "***"`, "colour: red"} {
		if !strings.Contains(shown, kept) {
			t.Errorf("%q is lost: %s", kept, shown)
		}
	}
}

// What holds no Secret is not touched, and not copied.
func TestOthersStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		`{"kind":"ConfigMap","data":{"password":"shown"},"stringData":{"a":"b"}}`,
		`{"kind":"Deployment","spec":{"containers":[{"envFrom":[{"secretRef":{"name":"data"}}],"env":[{"valueFrom":{"secretKeyRef":{"name":"a"}}}]}],"volumes":[{"secret":{"secretName":"data"}}]}}`,
		`{"kind":"SealedSecret","spec":{"encryptedData":{"a":"b"}}}`,
		`{"text":"A Secret has data, and this is no manifest."}`,
		`{"text":"kind: ConfigMap\ndata:\n  note: the Secret is elsewhere\n"}`,
		`{"type":"embedded/base64","reference":"` + base64.StdEncoding.EncodeToString([]byte("kind: ConfigMap\ndata: {a: Secret}\n")) + `"}`,
		`{"type":"docker/image","reference":"registry.example.com/secret/data:1"}`,
		`{"manifestName":"configMap secret","patchBody":{"data":{"a":"b"}}}`,
		`{"summary":[{"op":"add","path":"/data/x","value":"y"}]}`,
		`{"text":"--- before\n+++ after\n@@\n kind: Secret\n data:\n-  password: '*** (before)'\n+  password: '*** (after)'\n"}`,
	} {
		original := value(t, given)
		got := masking.Value(original)
		if text(t, got) != text(t, original) {
			t.Errorf("%s becomes %s", given, text(t, got))
		}
		if object, ok := original.(map[string]any); ok && reflect.ValueOf(got).Pointer() != reflect.ValueOf(object).Pointer() {
			t.Errorf("%s is copied", given)
		}
	}
}

func TestRestoreOfWhatWasChanged(t *testing.T) {
	t.Parallel()
	original := value(t, `[
		{"kind":"Secret","metadata":{"name":"a"},"stringData":{"user":"joe","password":"one"}},
		{"kind":"Secret","metadata":{"name":"b"},"stringData":{"password":"two"}},
		{"kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"y"}}]`)
	edited := value(t, `[
		{"kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"z"}},
		{"kind":"Secret","metadata":{"name":"b"},"stringData":{"password":"***"}},
		{"kind":"Secret","metadata":{"name":"new"},"stringData":{"password":"***"}},
		{"kind":"Secret","metadata":{"name":"a"},"stringData":{"user":"jane","password":"***","more":"***"}}]`)
	want := `[{"data":{"x":"z"},"kind":"ConfigMap","metadata":{"name":"c"}},` +
		`{"kind":"Secret","metadata":{"name":"b"},"stringData":{"password":"two"}},` +
		`{"kind":"Secret","metadata":{"name":"new"},"stringData":{"password":"***"}},` +
		`{"kind":"Secret","metadata":{"name":"a"},"stringData":{"more":"***","password":"one","user":"jane"}}]`
	if got := text(t, masking.Restore(edited, original)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	// A text whose other parts were changed.
	shown, _ := masking.Value(yamlSecret).(string)
	restored, _ := masking.Restore(strings.Replace(shown, "colour: red", "colour: blue", 1), yamlSecret).(string)
	if strings.Contains(restored, masking.Hidden) || strings.Count(restored, password) != 2 || !strings.Contains(restored, "colour: blue") {
		t.Errorf("the text is restored to %s", restored)
	}
	artifact := func(text string) any {
		return map[string]any{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString([]byte(text))}
	}
	changed := artifact(strings.Replace(shown, "colour: red", "colour: blue", 1))
	if got := decoded(text(t, masking.Restore(changed, artifact(yamlSecret)))); strings.Contains(got, masking.Hidden) || strings.Count(got, password) != 2 {
		t.Errorf("the artifact is restored to %s", got)
	}

	fields := map[string]any{"manifestName": "secret x", "patchBody": value(t, `{"stringData":{"password":"one"}}`), "note": "x"}
	patch := map[string]any{"patchBody": value(t, `{"stringData":{"password":"***","user":"joe"}}`), "note": "***"}
	if got := text(t, masking.Patch(patch, fields)); got != `{"note":"***","patchBody":{"stringData":{"password":"one","user":"joe"}}}` {
		t.Errorf("the patch is %s", got)
	}
}

func TestExecution(t *testing.T) {
	t.Parallel()
	secret := map[string]any{"kind": "Secret", "stringData": map[string]any{"password": password}}
	e := &model.Execution{
		ID: "e", Trigger: model.Trigger{"type": "pipeline", "artifacts": []any{map[string]any{
			"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString([]byte(yamlSecret)),
		}}, "parentExecution": map[string]any{
			"stages":  []any{map[string]any{"context": map[string]any{"manifests": []any{secret}, "gennaker.applied": password}}},
			"trigger": map[string]any{"payload": secret},
		}},
		Stages: []*model.Stage{
			{ID: "s", Context: map[string]any{"manifests": []any{secret}, "gennaker.plan": password, "account": "a"}, Outputs: map[string]any{"manifests": []any{secret}}},
			{
				ID: "p", Context: map[string]any{"manifestName": "secret x", "patchBody": map[string]any{"data": map[string]any{"a": password}}},
				Outputs: map[string]any{"manifests": []any{map[string]any{"data": map[string]any{"a": password}}}},
			},
		},
	}
	before := text(t, e)
	document, err := masking.ExecutionJSON([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]string{"the execution": text(t, masking.Execution(e)), "its document": string(document)} {
		if strings.Contains(shown, password) || strings.Contains(decoded(shown), password) || strings.Contains(shown, "gennaker.") || !strings.Contains(shown, `"account":"a"`) {
			t.Errorf("%s shows %s", name, shown)
		}
	}
	if text(t, e) != before {
		t.Error("the execution has changed")
	}
	plain := []byte(`{"id":"e","stages":[],"note":"no such thing"}`)
	if got, err := masking.ExecutionJSON(plain); err != nil || &got[0] != &plain[0] {
		t.Errorf("a plain document becomes %s (%v)", got, err)
	}
}

// A text that would become large is masked without being built.
func TestLargeTexts(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	var bomb strings.Builder
	bomb.WriteString("kind: Secret\nstringData:\n  a: &a " + strings.Repeat("x", 10_000) + "\n  password: " + password + "\n  b: [")
	for range 20_000 {
		bomb.WriteString("*a,")
	}
	bomb.WriteString("]\n")
	long := "kind: Secret\nstringData:\n" + strings.Repeat("  password: "+password+"\n", 160_000)
	for name, given := range map[string]string{"aliases": bomb.String(), "long": long} {
		var got any
		limittest.Bounded(t, len(given), 250, func() { got = masking.Value(given) })
		if shown, _ := got.(string); strings.Contains(shown, password) {
			t.Errorf("%s: it is shown", name)
		}
	}
}

func FuzzMasking(f *testing.F) {
	for _, seed := range []string{yamlSecret, "kind: Secret\nstringData: &x [*x]", "- &a [*a]", "kind: SecretList\nitems: [1, {data: 2}]", "kind: Secret\n data:\n  a: b\n c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		masked, ok := masking.Value(given).(string)
		if !ok {
			t.Fatal("a text becomes something else")
		}
		if restored := masking.Restore(masked, given); restored != given {
			t.Fatalf("restored it is %q", restored)
		}
		masking.Restore(given, yamlSecret)
	})
}

func BenchmarkStage(b *testing.B) {
	deployment := value(b, `{"kind":"Deployment","spec":{"template":{"spec":{"containers":[{"envFrom":[{"secretRef":{"name":"data"}}],"args":["a","b"]}]}}}}`)
	list := make([]any, 100)
	for i := range list {
		list[i] = deployment
	}
	s := &model.Stage{Context: map[string]any{"manifests": list}, Outputs: map[string]any{"manifests": list}}
	document := []byte(text(b, s))
	b.Run("value", func(b *testing.B) {
		for b.Loop() {
			masking.Stage(s)
		}
	})
	b.Run("document", func(b *testing.B) {
		for b.Loop() {
			if _, err := masking.StageJSON(document); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestPatchesByArtifact: an artifact that a stage patches a Secret with holds a
// patch, wherever in the execution it is.
func TestPatchesByArtifact(t *testing.T) {
	t.Parallel()
	artifact := func(text string) map[string]any {
		return map[string]any{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString([]byte(text))}
	}
	patch, settings := artifact("stringData: {password: "+password+"}"), artifact("kind: ConfigMap\ndata: {colour: red}\n")
	for name, hidden := range map[string]bool{"secret x": true, "configMap x": false} {
		e := &model.Execution{
			Trigger: model.Trigger{"artifacts": []any{patch, settings}, "expectedArtifacts": []any{map[string]any{"id": "a", "defaultArtifact": patch}}},
			Stages: []*model.Stage{
				{ID: "1", Outputs: map[string]any{"artifacts": []any{patch}}},
				{ID: "2", Context: map[string]any{"manifestName": name, "source": "artifact", "manifestArtifactId": "a"}},
			},
		}
		shown := text(t, masking.Execution(e))
		if got := decoded(shown); strings.Contains(got, password) == hidden || !strings.Contains(got, "colour: red") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestSavedPipelinesAreRestored: a pipeline in base64 that is edited keeps what is
// hidden in it.
func TestSavedPipelinesAreRestored(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	original := map[string]any{"pipeline": encode(`{"name":"p","stages":[{"manifests":[{"kind":"Secret","metadata":{"name":"x"},"data":{"a":"` + password64 + `"}}]}]}`)}
	shown, _ := masking.Value(original).(map[string]any)
	edited := map[string]any{"pipeline": encode(strings.Replace(decoded(`"`+shown["pipeline"].(string)+`"`), `"p"`, `"q"`, 1))}
	restored, _ := masking.Restore(edited, original).(map[string]any)
	got := decoded(`"` + restored["pipeline"].(string) + `"`)
	if !strings.Contains(got, password64) || !strings.Contains(got, "q") {
		t.Errorf("got %s", got)
	}
	plain := map[string]any{"pipeline": encode(`{"name":"secret","stages":[{"manifests":[{"kind":"ConfigMap","data":{"a":"b"}}]}]}`)}
	if got := masking.Value(plain); !reflect.DeepEqual(got, any(plain)) {
		t.Errorf("a pipeline without a Secret became %v", got)
	}
}
