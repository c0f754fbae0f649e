package artifact

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// s3Tries is how often a request is tried.
	s3Tries = 3
	// defaultRegion is the region of servers that have none.
	defaultRegion = "us-east-1"
)

// s3Object fetches s3/object: the reference is s3://bucket/key.
type s3Object struct {
	identity
	config  S3Account
	builder *builder
	http    http.RoundTripper
	// chain finds credentials where none are configured; it keeps them.
	chain func() *credentials.Credentials
}

func (b *builder) s3(config S3Account) (account, error) {
	var transport http.RoundTripper
	if !b.stored {
		transport = b.plain()
	} else {
		transport = b.options.Guard.Client(httpguard.ClientOptions{ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, Wrap: b.options.Wrap}).Transport
	}
	return &s3Object{
		identity: identity{config.Name, []string{"s3/object"}}, config: config, builder: b, http: transport,
		chain: sync.OnceValue(func() *credentials.Credentials {
			return credentials.NewChainCredentials([]credentials.Provider{
				&credentials.EnvAWS{}, &credentials.FileAWSCredentials{},
				&credentials.IAM{Client: &http.Client{Transport: transport, Timeout: connectTimeout}},
			})
		}),
	}, nil
}

func (a *s3Object) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	bucket, key, err := splitObject("s3", artifact.Reference)
	if err != nil {
		return nil, err
	}
	client, err := a.client(ctx)
	if err != nil {
		return nil, err
	}
	body, info, _, err := client.GetObject(ctx, bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s3Fault(err, bucket)
	}
	defer body.Close()
	limit := a.builder.options.Config.MaxBytes
	if info.Size > limit {
		return nil, tooLarge(limit)
	}
	return readAll(body, limit)
}

// client makes a client with the credentials of now.
func (a *s3Object) client(ctx context.Context) (*minio.Core, error) {
	proof := a.chain
	if a.config.AWSAccessKeyID != "" {
		key, err := a.builder.options.Secrets.Resolve(ctx, a.config.AWSSecretAccessKey)
		if err != nil {
			return nil, err
		}
		proof = func() *credentials.Credentials {
			if a.config.SignerOverride == "S3SignerType" {
				return credentials.NewStaticV2(a.config.AWSAccessKeyID, key.Reveal(), "")
			}
			return credentials.NewStaticV4(a.config.AWSAccessKeyID, key.Reveal(), "")
		}
	}
	endpoint, options := "s3.amazonaws.com", &minio.Options{
		Creds: proof(), Secure: true, Transport: a.http, Region: a.config.Region, MaxRetries: s3Tries,
	}
	if a.config.APIEndpoint != "" {
		u, err := url.Parse(a.config.APIEndpoint)
		if err != nil {
			return nil, fault.New(fault.Invalid, "the account's apiEndpoint is no URL")
		}
		endpoint, options.Secure = u.Host, u.Scheme == "https"
		options.Region, options.BucketLookup = a.config.APIRegion, minio.BucketLookupPath
		if options.Region == "" {
			options.Region = defaultRegion
		}
	}
	client, err := minio.NewCore(endpoint, options)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the account's apiEndpoint can't be used: %w", err)
	}
	return client, nil
}

// splitObject reads a reference to an object, whose scheme may be missing as
// in Clouddriver.
func splitObject(scheme, reference string) (bucket, key string, err error) {
	bucket, key, ok := strings.Cut(strings.TrimPrefix(reference, scheme+"://"), "/")
	if !ok || bucket == "" || key == "" {
		return "", "", fault.New(fault.Invalid, "the reference must be of the form %s://bucket/path", scheme)
	}
	return bucket, key, nil
}

func s3Fault(err error, bucket string) error {
	answer := minio.ErrorResponse{}
	if !errors.As(err, &answer) {
		if strings.Contains(err.Error(), "ucket name") {
			return fault.New(fault.Invalid, "%s is not a bucket name", bucket)
		}
		return err
	}
	switch answer.Code {
	case "NoSuchKey", "NoSuchVersion":
		return fault.New(fault.NotFound, "the bucket has no such object; check the reference")
	case "NoSuchBucket":
		return fault.New(fault.NotFound, "bucket %s not found; check the reference, and the account's region", bucket)
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AllAccessDisabled":
		return fault.New(fault.Forbidden, "S3 rejected the account's credentials (%s); check them, and their read permission", answer.Code)
	case "InvalidBucketName", "InvalidArgument", "XMinioInvalidObjectName":
		return fault.New(fault.Invalid, "S3 rejected the reference (%s); check it", answer.Code)
	case "AuthorizationHeaderMalformed", "PermanentRedirect":
		return fault.New(fault.Invalid, "the bucket %s is in another region than the account's (%s); set its region", bucket, answer.Code)
	}
	if answer.StatusCode != 0 {
		return statusFault(answer.StatusCode, "S3", true)
	}
	return err
}
