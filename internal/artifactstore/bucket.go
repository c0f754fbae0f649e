package artifactstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/secret"
)

// bucketTimeout bounds one request to a bucket.
const bucketTimeout = 30 * time.Second

// Bucket keeps contents by their keys, <application>/<hash> as Kork's S3ArtifactStore has
// them. All of its methods may be called again.
type Bucket interface {
	Put(ctx context.Context, key string, content []byte) error
	// Get gives a content of no more than so many bytes. One that isn't there is a fault
	// of kind NotFound.
	Get(ctx context.Context, key string, most int64) ([]byte, error)
	// Delete deletes a content; one that isn't there is no error.
	Delete(ctx context.Context, key string) error
}

// openBucket opens the bucket of the configuration; nil if there is none.
func openBucket(ctx context.Context, c Config, secrets *secret.Resolver) (Bucket, error) {
	switch c.Type {
	case InFiles:
		if err := os.MkdirAll(c.File.Directory, 0o700); err != nil {
			return nil, fmt.Errorf("artifact-store.file.directory: %w", err)
		}
		opened, err := fileblob.OpenBucket(c.File.Directory, &fileblob.Options{Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o700, NoTempDir: true})
		if err != nil {
			return nil, fmt.Errorf("artifact-store.file.directory: %w", err)
		}
		return Blobs{opened}, nil
	case InS3:
		return openS3(ctx, c.S3, secrets)
	}
	return nil, nil
}

// Blobs is a [Bucket] of a driver of gocloud.dev.
type Blobs struct{ Bucket *blob.Bucket }

// Put implements [Bucket].
func (b Blobs) Put(ctx context.Context, key string, content []byte) error {
	return b.Bucket.WriteAll(ctx, key, content, nil)
}

// Get implements [Bucket].
func (b Blobs) Get(ctx context.Context, key string, most int64) ([]byte, error) {
	reader, err := b.Bucket.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fault.New(fault.NotFound, "the bucket has no %s", key)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }() // it was only read
	return limit.Read(reader, most, "the content")
}

// Delete implements [Bucket].
func (b Blobs) Delete(ctx context.Context, key string) error {
	err := b.Bucket.Delete(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}

// s3Bucket is a bucket of S3, or of a server with its API.
type s3Bucket struct {
	client *minio.Core
	bucket string
}

func openS3(ctx context.Context, c S3, secrets *secret.Resolver) (Bucket, error) {
	transport, _ := http.DefaultTransport.(*http.Transport)
	own := transport.Clone()
	own.ResponseHeaderTimeout = bucketTimeout
	proof := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{Profile: c.Profile}, &credentials.IAM{Client: &http.Client{Transport: own, Timeout: bucketTimeout}},
	})
	if c.AccessKey != "" {
		key, err := secrets.Resolve(ctx, c.SecretKey)
		if err != nil {
			return nil, fmt.Errorf("artifact-store.s3.secretKey: %w", err)
		}
		proof = credentials.NewStaticV4(c.AccessKey, key.Reveal(), "")
	}
	endpoint, options := "s3.amazonaws.com", &minio.Options{Creds: proof, Secure: true, Transport: own, Region: c.Region, MaxRetries: 3}
	if c.URL != "" {
		at, err := url.Parse(c.URL)
		if err != nil {
			return nil, fmt.Errorf("artifact-store.s3.url: %w", err)
		}
		endpoint, options.Secure = at.Host, at.Scheme == "https"
		if options.Region == "" {
			options.Region = "us-east-1" // for servers that have none
		}
		if c.ForcePathStyle {
			options.BucketLookup = minio.BucketLookupPath
		}
	}
	client, err := minio.NewCore(endpoint, options)
	if err != nil {
		return nil, fmt.Errorf("artifact-store.s3: %w", err)
	}
	return s3Bucket{client, c.Bucket}, nil
}

// Put implements [Bucket]. The object has the tag by which Kork checks permissions.
func (b s3Bucket) Put(ctx context.Context, key string, content []byte) error {
	application, _, _ := strings.Cut(key, "/")
	_, err := b.client.Client.PutObject(ctx, b.bucket, key, bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{
		UserTags: map[string]string{"application": application},
	})
	return err
}

// Get implements [Bucket].
func (b s3Bucket) Get(ctx context.Context, key string, most int64) ([]byte, error) {
	body, _, _, err := b.client.GetObject(ctx, b.bucket, key, minio.GetObjectOptions{})
	if answer := (minio.ErrorResponse{}); errors.As(err, &answer) && answer.Code == minio.NoSuchKey {
		return nil, fault.New(fault.NotFound, "the bucket has no %s", key)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was only read
	return limit.Read(body, most, "the content")
}

// Delete implements [Bucket].
func (b s3Bucket) Delete(ctx context.Context, key string) error {
	return b.client.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{})
}
