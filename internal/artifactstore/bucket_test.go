package artifactstore_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// TestBuckets: contents are in the bucket by the keys that Kork's store has, and come back.
func TestBuckets(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("artifacts"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	dir := filepath.Join(t.TempDir(), "contents")
	for name, change := range map[string]func(*artifactstore.Config){
		"s3": func(c *artifactstore.Config) {
			c.Type, c.S3.URL, c.S3.Bucket, c.S3.AccessKey, c.S3.SecretKey = artifactstore.InS3, server.URL, "artifacts", "id", secret.NewRef("key")
		},
		"file": func(c *artifactstore.Config) { c.Type, c.File.Directory = artifactstore.InFiles, dir },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := storetest.SQLite(t)
			contents := newStore(t, st, change)
			large := text(name, 5000)
			for range 2 {
				_, err := contents.Keep(t.Context(), "shop", object{"a": embedded(large)})
				require.NoError(t, err)
			}
			key := strings.TrimPrefix(uriOf("shop", large), "ref://")
			read := func() string {
				if name == "file" {
					found, err := os.ReadFile(filepath.Join(dir, key))
					require.NoError(t, err)
					return string(found)
				}
				found, err := backend.GetObject("artifacts", key, nil)
				require.NoError(t, err)
				defer found.Contents.Close()
				out := make([]byte, found.Size)
				_, err = found.Contents.Read(out)
				_ = err // it may be io.EOF
				return string(out)
			}
			require.Equal(t, large, read())
			content, err := contents.Content(t.Context(), uriOf("shop", large))
			require.NoError(t, err)
			require.Equal(t, large, string(content))

			// Another installation's, of which the database doesn't know.
			require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, store.NewStatement(`DELETE FROM artifact_contents`, ""))
				return err
			}))
			content, err = contents.Content(t.Context(), uriOf("shop", large))
			require.NoError(t, err)
			require.Equal(t, large, string(content))
			_, err = contents.Content(t.Context(), uriOf("shop", "never"))
			require.Equal(t, fault.NotFound, fault.KindOf(err))
		})
	}
}

// TestWithoutItsBucket: contents that are in a bucket need it, and the error says so.
func TestWithoutItsBucket(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	large := text("large", 5000)
	_, err := newStore(t, st, func(c *artifactstore.Config) { c.Type, c.File.Directory = artifactstore.InFiles, t.TempDir() }).
		Keep(t.Context(), "shop", object{"a": embedded(large)})
	require.NoError(t, err)
	_, err = newStore(t, st, nil).Content(t.Context(), uriOf("shop", large))
	require.ErrorContains(t, err, "configure the bucket again")

	// Nor does a bucket that is away lose anything.
	away := newStore(t, st, func(c *artifactstore.Config) {
		c.Type, c.S3.URL, c.S3.Bucket, c.S3.AccessKey, c.S3.SecretKey = artifactstore.InS3, "http://127.0.0.1:1", "artifacts", "id", secret.NewRef("key")
	})
	other := text("other", 5000)
	_, err = away.Keep(t.Context(), "shop", object{"a": embedded(other)})
	require.NoError(t, err)
	content, err := away.Content(t.Context(), uriOf("shop", other))
	require.NoError(t, err)
	require.Equal(t, other, string(content))
	_, err = away.Content(t.Context(), uriOf("shop", large))
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
}

func TestValidateBuckets(t *testing.T) {
	t.Parallel()
	for key, change := range map[string]func(*artifactstore.Config){
		"file.directory": func(c *artifactstore.Config) { c.Type = artifactstore.InFiles },
		"s3.bucket":      func(c *artifactstore.Config) { c.Type = artifactstore.InS3 },
		"s3.url":         func(c *artifactstore.Config) { c.Type, c.S3.Bucket, c.S3.URL = artifactstore.InS3, "b", "ftp://a" },
		"s3.secretKey":   func(c *artifactstore.Config) { c.Type, c.S3.Bucket, c.S3.AccessKey = artifactstore.InS3, "b", "a" },
	} {
		c := artifactstore.DefaultConfig()
		change(&c)
		errs := c.Validate()
		require.Len(t, errs, 1, key)
		require.ErrorContains(t, errs[0], key+": ")
	}
}
