package artifactstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

type (
	object = map[string]any
	list   = []any
)

const secretManifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter2hunter2\n"

func newStore(t *testing.T, st *store.Store, change func(*artifactstore.Config)) *artifactstore.Store {
	t.Helper()
	config := artifactstore.DefaultConfig()
	config.ThresholdBytes = 100
	if change != nil {
		change(&config)
	}
	require.Empty(t, config.Validate())
	contents, err := artifactstore.New(t.Context(), artifactstore.Options{Config: config, Store: st})
	require.NoError(t, err)
	return contents
}

// text is one of that many bytes, which is different from others with another name.
func text(name string, size int) string {
	return ("# " + name + "\n" + strings.Repeat("line: of a values file\n", size/20+1))[:size]
}

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func embedded(text string) object {
	return object{"type": "embedded/base64", "name": "x", "reference": b64(text), "artifactAccount": "embedded-artifact", "customKind": false, "metadata": object{}}
}

// uriOf is the reference that Kork's ArtifactStoreURISHA256Builder makes.
func uriOf(application, text string) string {
	sum := sha256.Sum256([]byte(b64(text)))
	return "ref://" + application + "/" + hex.EncodeToString(sum[:])
}

// TestKeep: contents are moved wherever they are, once for each application, and nothing
// else is changed.
func TestKeep(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		contents := newStore(t, st, nil)
		large, small := text("large", 5000), text("small", 99)
		given := object{
			"artifacts": list{embedded(large), embedded(small)},
			"trigger":   model.Trigger{"resolvedExpectedArtifacts": list{object{"id": "e", "boundArtifact": embedded(large)}}},
			"typed":     []object{embedded(large)},
			"others": list{
				object{"type": "embedded/base64", "reference": "${trigger.artifacts[0].reference}" + strings.Repeat("x", 300)},
				object{"type": "http/file", "reference": strings.Repeat("https://example.com/", 30)},
				object{"type": "remote/base64", "reference": "ref://shop/" + strings.Repeat("0", 64)},
				object{"type": 1, "reference": list{}}, "text", 1.5, nil,
			},
		}
		before, err := model.Marshal(given)
		require.NoError(t, err)
		kept, err := contents.Keep(t.Context(), "Shop", given)
		require.NoError(t, err)
		after, err := model.Marshal(given)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "what is given stays as it is")

		want := model.Merge(embedded(large), object{"type": "remote/base64", "reference": uriOf("shop", large)})
		require.Equal(t, list{want, embedded(small)}, kept["artifacts"])
		trigger, ok := kept["trigger"].(model.Trigger)
		require.True(t, ok)
		require.Equal(t, want, model.Objects(trigger, "resolvedExpectedArtifacts")[0]["boundArtifact"])
		require.Equal(t, list{want}, kept["typed"])
		require.Equal(t, given["others"], kept["others"])

		content, err := contents.Content(t.Context(), uriOf("shop", large))
		require.NoError(t, err)
		require.Equal(t, large, string(content))
		var n int
		require.NoError(t, st.Query(t.Context(), store.NewStatement(`SELECT COUNT(*) FROM artifact_contents`, ""), nil, func(row store.Row) error { return row.Scan(&n) }))
		require.Equal(t, 1, n)

		again, err := contents.Keep(t.Context(), "shop", kept)
		require.NoError(t, err)
		require.Equal(t, kept, again)
	})
}

// TestOtherApplications: an artifact that is passed on is the other application's too, and
// expressions read those of their own alone.
func TestOtherApplications(t *testing.T) {
	t.Parallel()
	contents := newStore(t, storetest.SQLite(t), nil)
	large := text("large", 5000)
	kept, err := contents.Keep(t.Context(), "shop", object{"a": embedded(large)})
	require.NoError(t, err)
	for name, take := range map[string]func(context.Context, string, map[string]any) (map[string]any, error){"keep": contents.Keep, "takeover": contents.TakeOver} {
		mine, err := take(t.Context(), name, model.Merge(kept, object{"b": embedded(large)}))
		require.NoError(t, err)
		require.Equal(t, uriOf(name, large), model.Object(mine, "a")["reference"])
		require.Equal(t, name == "takeover", model.Object(mine, "b")["type"] == "embedded/base64")
		content, err := contents.Reference(t.Context(), uriOf(name, large), strings.ToUpper(name))
		require.NoError(t, err)
		require.Equal(t, b64(large), content)
		_, err = contents.Reference(t.Context(), uriOf("shop", large), name)
		require.Equal(t, fault.Forbidden, fault.KindOf(err))
		require.ErrorContains(t, err, "belongs to the application shop")
	}
	gone, err := contents.Keep(t.Context(), "other", object{"a": object{"type": "remote/base64", "reference": uriOf("nowhere", large)}})
	require.NoError(t, err)
	require.Equal(t, uriOf("nowhere", large), model.Object(gone, "a")["reference"], "the stage that uses it tells that it is gone")
}

// TestSecrets: what Secrets hold is hidden in what is shown, and there for stages.
func TestSecrets(t *testing.T) {
	t.Parallel()
	contents := newStore(t, storetest.SQLite(t), nil)
	secret := secretManifest + "---\n" + text("rest", 200)
	_, err := contents.Keep(t.Context(), "shop", object{"a": embedded(secret)})
	require.NoError(t, err)
	content, err := contents.Content(t.Context(), uriOf("shop", secret))
	require.NoError(t, err)
	require.Equal(t, secret, string(content))
	_, hash, _ := strings.Cut(uriOf("shop", secret), "shop/")
	for name, read := range map[string]func() (string, error){
		"the API": func() (string, error) { return contents.Shown(t.Context(), "SHOP", hash) },
		"its expressions": func() (string, error) {
			return artifactstore.Masked{Store: contents}.Reference(t.Context(), uriOf("shop", secret), "shop")
		},
	} {
		shown, err := read()
		require.NoError(t, err, name)
		decoded, err := base64.StdEncoding.DecodeString(shown)
		require.NoError(t, err, name)
		require.Contains(t, string(decoded), "kind: Secret", name)
		require.NotContains(t, string(decoded), "hunter2", name)
	}
	// A patch of a Secret doesn't say that it is one: it stays where the stage tells.
	for _, patch := range []string{"stringData: {password: hunter2hunter2}\n" + strings.Repeat("# more\n", 50), `[{"op":"add","path":"/data/password","value":"` + strings.Repeat("x", 200) + `"}]`} {
		kept, err := contents.Keep(t.Context(), "shop", object{"a": embedded(patch)})
		require.NoError(t, err)
		require.Equal(t, embedded(patch), kept["a"])
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	contents := newStore(t, st, func(c *artifactstore.Config) { c.MaxBytes, c.MaxApplicationBytes = 10_000, 15_000 })
	keep := func(application, text string) (object, error) {
		return contents.Keep(t.Context(), application, object{"a": embedded(text)})
	}
	_, err := keep("shop", text("huge", 10_001))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	require.ErrorContains(t, err, "the artifact x: its content has more than 10,000 bytes: keep it in a source of artifacts")
	for range 2 { // the second time it is there
		_, err = keep("shop", text("first", 10_000))
		require.NoError(t, err)
	}
	_, err = keep("shop", text("second", 6_000))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	require.ErrorContains(t, err, "raise artifact-store.maxApplicationBytes")
	_, err = keep("other", text("second", 6_000))
	require.NoError(t, err)

	_, err = contents.Content(t.Context(), uriOf("shop", "never"))
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.ErrorContains(t, err, "run the stage that made it again")
	for _, uri := range []string{"", "ref://", "ref://shop", "ref://shop/1", "ref://../" + strings.Repeat("0", 63), "http://shop/" + strings.Repeat("0", 64), "ref://a/b/" + strings.Repeat("0", 64)} {
		_, err = contents.Content(t.Context(), uri)
		require.Equal(t, fault.Invalid, fault.KindOf(err), uri)
	}
}

func TestWhatIsStored(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	for name, test := range map[string]struct {
		change func(*artifactstore.Config)
		stored map[string]bool
	}{
		"none": {func(c *artifactstore.Config) { c.Type = artifactstore.None }, map[string]bool{"shop": false}},
		"some": {func(c *artifactstore.Config) { c.ApplicationsRegex = "shop|cart" }, map[string]bool{"SHOP": true, "shop2": false}},
		"exclude": {func(c *artifactstore.Config) {
			c.Exclude = []artifactstore.Exclude{{Type: "embedded/base64", Value: "shop.*"}}
		}, map[string]bool{"shop2": false, "cart": true}},
		"odd names": {nil, map[string]bool{"a b": false, "": false, "ü": false, "a/b": false, "A.b-c_d~": true}},
		"large":     {func(c *artifactstore.Config) { c.ThresholdBytes = 5001 }, map[string]bool{"shop": false}},
		"just":      {func(c *artifactstore.Config) { c.ThresholdBytes = 5000 }, map[string]bool{"shop": true}},
	} {
		contents := newStore(t, st, test.change)
		for application, stored := range test.stored {
			kept, err := contents.Keep(t.Context(), application, object{"a": embedded(text(name, 5000))})
			require.NoError(t, err)
			require.Equal(t, stored, model.Object(kept, "a")["type"] == "remote/base64", "%s: %q", name, application)
		}
	}
}

// TestBinary: an archive comes back as it was, and a damaged one is told.
func TestBinary(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	contents := newStore(t, st, nil)
	data := make([]byte, 100_000)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
	_, err := contents.Keep(t.Context(), "shop", object{"a": embedded(string(data))})
	require.NoError(t, err)
	content, err := contents.Content(t.Context(), uriOf("shop", string(data)))
	require.NoError(t, err)
	require.Equal(t, data, content)

	other := text("other", 5000)
	_, err = contents.Keep(t.Context(), "shop", object{"a": embedded(other)})
	require.NoError(t, err)
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, store.NewStatement(`UPDATE artifact_contents SET content = (SELECT content FROM artifact_contents WHERE hash = ?) WHERE hash = ?`, ""),
			strings.TrimPrefix(uriOf("shop", other), "ref://shop/"), strings.TrimPrefix(uriOf("shop", string(data)), "ref://shop/"))
		return err
	}))
	_, err = contents.Content(t.Context(), uriOf("shop", string(data)))
	require.ErrorContains(t, err, "is damaged")
}

func TestValidate(t *testing.T) {
	t.Parallel()
	c := artifactstore.Config{Type: "tape", MaxApplicationBytes: -1, ApplicationsRegex: "(", Exclude: []artifactstore.Exclude{{Type: "x", Value: "("}}}
	var found []string
	for _, err := range c.Validate() {
		key, _, _ := strings.Cut(err.Error(), ":")
		found = append(found, key)
	}
	require.Equal(t, []string{"type", "thresholdBytes", "maxBytes", "maxApplicationBytes", "retentionDays", "applicationsRegex", "exclude[0].type", "exclude[0].value"}, found)
}
