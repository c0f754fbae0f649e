package secret

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/gennaker/gennaker/internal/fault"
)

// cloudTimeout bounds each request to a cloud's store of secrets.
const cloudTimeout = 20 * time.Second

// S3Config is where secrets in S3 are: Spinnaker's secrets.s3.
type S3Config struct {
	EndpointURL     string `json:"endpointUrl" yaml:"endpointUrl" doc:"The URL of an S3-compatible server, for example https://minio.example.com. Default: Amazon's."`
	PathStyleAccess bool   `json:"pathStyleAccessEnabled" yaml:"pathStyleAccessEnabled" doc:"If true, puts bucket names in the path of requests instead of the host name."`
}

// Validate tells everything that is wrong, each error beginning with the
// field's name.
func (c S3Config) Validate() []error {
	if u, err := url.Parse(c.EndpointURL); c.EndpointURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return []error{errors.New("endpointUrl: must be an http or https URL, such as https://minio.example.com")}
	}
	return nil
}

// amazon reads secrets in S3 and in AWS Secrets Manager, with the credentials
// that Amazon's own programs would find: of the environment, of
// ~/.aws/credentials, of the pod or of the machine.
type amazon struct {
	s3          S3Config
	endpoint    string // of Secrets Manager, in place of Amazon's
	credentials func() *credentials.Credentials
	http        *http.Client
	now         func() time.Time
}

func newAmazon(s3 S3Config, endpoint string, given *credentials.Credentials) *amazon {
	client := &http.Client{Timeout: cloudTimeout}
	return &amazon{
		s3: s3, endpoint: endpoint, http: client, now: time.Now,
		credentials: sync.OnceValue(func() *credentials.Credentials {
			if given != nil {
				return given
			}
			return credentials.NewChainCredentials([]credentials.Provider{
				&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: client},
			})
		}),
	}
}

// object reads a file in S3: r is the bucket's region, b the bucket, f the
// object's key, and k the key of a value in it.
func (a *amazon) object(ctx context.Context, at place) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, cloudTimeout)
	defer cancel()
	endpoint, options := "s3.amazonaws.com", &minio.Options{Creds: a.credentials(), Secure: true, Region: at.params["r"]}
	if a.s3.EndpointURL != "" {
		u, err := url.Parse(a.s3.EndpointURL)
		if err != nil {
			return nil, fault.New(fault.Invalid, "secrets.s3.endpointUrl is no URL")
		}
		endpoint, options.Secure = u.Host, u.Scheme == "https"
	}
	if a.s3.PathStyleAccess {
		options.BucketLookup = minio.BucketLookupPath
	}
	client, err := minio.NewCore(endpoint, options)
	if err != nil {
		return nil, fault.New(fault.Invalid, "secrets.s3.endpointUrl can't be used: %w", err)
	}
	body, _, _, err := client.GetObject(ctx, at.params["b"], at.params["f"], minio.GetObjectOptions{})
	if err != nil {
		return nil, objectFault(err, at.params["b"], at.params["f"])
	}
	defer body.Close()
	file, err := readSecret(body)
	if err != nil {
		return nil, err
	}
	return inYAML(file, at.params["k"])
}

func objectFault(err error, bucket, path string) error {
	answer := minio.ErrorResponse{}
	if !errors.As(err, &answer) {
		return fault.New(fault.Unavailable, "S3 can't be asked: %w", err)
	}
	switch answer.Code { // of which the status is not always known
	case "InternalError", "ServiceUnavailable", "SlowDown":
		return fault.New(fault.Unavailable, "S3 can't answer now (%s)", answer.Code)
	}
	switch answer.StatusCode {
	case http.StatusNotFound:
		return fault.New(fault.NotFound, "the object %s doesn't exist in bucket %s, or the bucket doesn't exist", path, bucket)
	case http.StatusForbidden, http.StatusUnauthorized:
		return fault.New(fault.Forbidden, "S3 denied access to the object %s of the bucket %s (%s)", path, bucket, answer.Code)
	case 0, http.StatusBadRequest, http.StatusMovedPermanently:
		return fault.New(fault.Invalid, "S3 rejected the reference (%s); check the region and the bucket", answer.Code)
	}
	return fault.New(fault.Unavailable, "S3 answers with status %d", answer.StatusCode)
}

// managed reads a secret of AWS Secrets Manager: r is its region, s its name,
// and k a key of the JSON object that it holds.
func (a *amazon) managed(ctx context.Context, at place) ([]byte, error) {
	var answer struct{ SecretString, SecretBinary *string }
	if err := a.ask(ctx, at.params["r"], map[string]string{"SecretId": at.params["s"]}, &answer); err != nil {
		return nil, err
	}
	switch {
	case answer.SecretString != nil:
		return inJSON([]byte(*answer.SecretString), at.params["k"])
	case answer.SecretBinary != nil && at.file:
		return fromBase64(*answer.SecretBinary)
	}
	return nil, fault.New(fault.Invalid, "it contains bytes, not a text; use encryptedFile:")
}

// ask calls GetSecretValue.
func (a *amazon) ask(ctx context.Context, region string, body, into any) error {
	proof, err := a.credentials().GetWithContext(&credentials.CredContext{Client: a.http})
	if err != nil {
		return fault.New(fault.Invalid, "there are no AWS credentials to read it with: %w", err)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode a request to AWS: %w", err)
	}
	endpoint := a.endpoint
	if endpoint == "" {
		endpoint = "https://secretsmanager." + region + ".amazonaws.com" + suffixOf(region)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+"/", bytes.NewReader(text))
	if err != nil {
		return fault.New(fault.Invalid, "%q is no AWS region", region)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "secretsmanager.GetSecretValue")
	hash := sha256.Sum256(text)
	keys := aws.Credentials{AccessKeyID: proof.AccessKeyID, SecretAccessKey: proof.SecretAccessKey, SessionToken: proof.SessionToken}
	if err := v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(hash[:]), "secretsmanager", region, a.now()); err != nil {
		return fmt.Errorf("sign a request to AWS: %w", err)
	}
	response, err := a.http.Do(request)
	if err != nil {
		return fault.New(fault.Unavailable, "AWS Secrets Manager can't be reached: %w", err)
	}
	defer response.Body.Close()
	data, err := readSecret(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return managedFault(response.StatusCode, data)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fault.New(fault.Unavailable, "the answer of AWS Secrets Manager can't be read")
	}
	return nil
}

// suffixOf is what the names of a region's hosts end with, after amazonaws.com.
func suffixOf(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return ".cn"
	}
	return ""
}

func managedFault(status int, body []byte) error {
	var answer struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(body, &answer) // without a type the status tells enough
	name := answer.Type[strings.LastIndex(answer.Type, "#")+1:]
	switch {
	case name == "ResourceNotFoundException":
		return fault.New(fault.NotFound, "AWS Secrets Manager has no such secret in the region")
	case strings.Contains(name, "AccessDenied"), strings.Contains(name, "UnrecognizedClient"), strings.Contains(name, "Signature"),
		strings.Contains(name, "ExpiredToken"), status == http.StatusForbidden, status == http.StatusUnauthorized:
		return fault.New(fault.Forbidden, "AWS Secrets Manager denied access (%s); check the credentials and their permissions", name)
	case status < http.StatusInternalServerError:
		return fault.New(fault.Invalid, "AWS Secrets Manager rejected the reference (%s)", name)
	}
	return fault.New(fault.Unavailable, "AWS Secrets Manager answers with status %d", status)
}

// readSecret reads a secret, within bounds.
func readSecret(from io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxFileBytes+1))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "it can't be read: %w", err)
	}
	if len(data) > maxFileBytes {
		return nil, fault.New(fault.TooLarge, "it is larger than 1 MiB")
	}
	return data, nil
}
