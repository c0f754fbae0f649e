package masking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/masking"
)

func TestContent(t *testing.T) {
	t.Parallel()
	const secret = "kind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2hunter2}\n"
	for name, test := range map[string]struct {
		text string
		want masking.Holds
	}{
		"a config map":           {"kind: ConfigMap\ndata: {a: b}\n", masking.Nothing},
		"a Secret":               {secret, masking.Secrets},
		"a Secret in a list":     {"kind: List\nitems:\n- {kind: Secret, data: {a: aHVudGVyMg==}}\n", masking.Secrets},
		"JSON":                   {`{"kind":"Secret","data":{"a":"aHVudGVyMg=="}}`, masking.Secrets},
		"several":                {"kind: ConfigMap\n---\n" + secret, masking.Secrets},
		"what can't be parsed":   {secret + "---\n{{ if .Values.a }}\n", masking.Secrets},
		"too long to be parsed":  {secret + strings.Repeat("# filler\n", 500_000), masking.Secrets},
		"words about secrets":    {"kind: Pod\ndata: the Secret\n", masking.Nothing},
		"a patch":                {"data: {password: aHVudGVyMg==}\n", masking.Perhaps},
		"a JSON patch":           {`[{"op": "replace", "path": "/data/password", "value": "x"}]`, masking.Perhaps},
		"a patch after a Secret": {secret + "---\nstringData: {a: b}\n", masking.Perhaps},
		"values":                 {"replicas: 3\noptions: {a: b}\n", masking.Nothing},
		"an archive":             {"\x1f\x8bdata Secret \xff\xfe", masking.Nothing},
		"nothing":                {"", masking.Nothing},
	} {
		require.Equal(t, test.want, masking.Content([]byte(test.text)), name)
		shown := string(masking.ShownContent([]byte(test.text)))
		switch test.want {
		case masking.Secrets:
			require.NotContains(t, shown, "hunter2", name)
			require.NotContains(t, shown, "aHVudGVyMg", name)
			require.Contains(t, shown, "Secret", name)
		case masking.Nothing:
			require.Equal(t, test.text, shown, name)
		case masking.Perhaps: // the stage that has it tells
		}
	}
}
