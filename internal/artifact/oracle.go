package artifact

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// OracleAccount is an account of type oracle/object. The fields are Clouddriver's, and
// privateKey and apiEndpoint.
type OracleAccount struct {
	Name                  string     `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Namespace             string     `json:"namespace" yaml:"namespace" required:"true" doc:"The namespace of the object storage."`
	Region                string     `json:"region" yaml:"region" required:"true" doc:"The region, such as eu-frankfurt-1."`
	UserID                string     `json:"userId" yaml:"userId" required:"true" doc:"The user's OCID."`
	TenancyID             string     `json:"tenancyId" yaml:"tenancyId" required:"true" doc:"The tenancy's OCID."`
	Fingerprint           string     `json:"fingerprint" yaml:"fingerprint" required:"true" doc:"The fingerprint of the user's API key."`
	SSHPrivateKeyFilePath string     `json:"sshPrivateKeyFilePath,omitempty" yaml:"sshPrivateKeyFilePath" doc:"A file that contains the API key, in PEM."`
	PrivateKey            secret.Ref `json:"privateKey,omitzero" yaml:"privateKey" secret:"true" doc:"The API key in PEM, or its place: env:, file:, encrypted:."`
	PrivateKeyPassphrase  secret.Ref `json:"privateKeyPassphrase,omitzero" yaml:"privateKeyPassphrase" secret:"true" doc:"The key's passphrase, or its place: env:, file:, encrypted:."`
	APIEndpoint           string     `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"The URL of the Object Storage API. Default: https://objectstorage.<region>.oraclecloud.com."`
}

var regionPattern = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// Validate does what [GitHubAccount.Validate] does.
func (a OracleAccount) Validate() []error {
	var errs []error
	for _, one := range []struct{ field, value string }{
		{"namespace", a.Namespace}, {"userId", a.UserID}, {"tenancyId", a.TenancyID}, {"fingerprint", a.Fingerprint},
	} {
		if one.value == "" {
			errs = append(errs, fmt.Errorf("%s: is missing", one.field))
		}
	}
	if !regionPattern.MatchString(a.Region) {
		errs = append(errs, errors.New("region: must be the name of a region, such as eu-frankfurt-1"))
	}
	if (a.SSHPrivateKeyFilePath == "") == a.PrivateKey.IsZero() {
		errs = append(errs, errors.New("privateKey: either privateKey or sshPrivateKeyFilePath must be set"))
	}
	if a.APIEndpoint != "" {
		errs = append(errs, checkURL("apiEndpoint", a.APIEndpoint, "http", "https")...)
	}
	return checks(a.Name, errs, checkSecret("privateKey", a.PrivateKey), checkSecret("privateKeyPassphrase", a.PrivateKeyPassphrase))
}

func (a OracleAccount) endpoint() string {
	if a.APIEndpoint != "" {
		return strings.TrimSuffix(a.APIEndpoint, "/")
	}
	return "https://objectstorage." + a.Region + ".oraclecloud.com"
}

// oracleObject fetches oracle/object: the reference is oci://bucket/path, and #version
// after it where it is not the newest.
type oracleObject struct {
	identity
	web     *web
	config  OracleAccount
	secrets *secret.Resolver
	now     func() time.Time
}

func (b *builder) oracle(config OracleAccount) (account, error) {
	at, err := url.Parse(config.endpoint())
	if err != nil {
		return nil, fault.New(fault.Invalid, "the apiEndpoint of the artifact account %s is no URL", config.Name)
	}
	return &oracleObject{
		identity: identity{config.Name, []string{"oracle/object"}}, config: config, secrets: b.options.Secrets,
		web: b.newWeb(b.options.Guard, at.Host, nil), now: time.Now,
	}, nil
}

func (a *oracleObject) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	bucket, path, err := splitObject("oci", artifact.Reference)
	if err != nil {
		return nil, err
	}
	path, version, _ := strings.Cut(path, "#")
	at := a.config.endpoint() + "/n/" + url.PathEscape(a.config.Namespace) + "/b/" + url.PathEscape(bucket) + "/o/" + url.PathEscape(path)
	if version != "" {
		at += "?" + url.Values{"versionId": {version}}.Encode()
	}
	// A signature is for one URL.
	one := *a.web
	one.credentials = func(ctx context.Context) (http.Header, error) { return a.sign(ctx, at) }
	return one.get(ctx, at, nil, true)
}

func (a *oracleObject) checkCredentials(ctx context.Context) (string, error) {
	_, err := a.key(ctx)
	return saysCredentials(true, err)
}

// checkConnection reads the namespace that the key belongs to.
func (a *oracleObject) checkConnection(ctx context.Context) (string, error) {
	at := a.config.endpoint() + "/n/"
	one := *a.web
	one.credentials = func(ctx context.Context) (http.Header, error) { return a.sign(ctx, at) }
	_, err := one.get(ctx, at, nil, true)
	return "Object Storage answers", err
}

// sign proves who asks for a URL, as Oracle's "Request Signatures" describes.
func (a *oracleObject) sign(ctx context.Context, at string) (http.Header, error) {
	key, err := a.key(ctx)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(at)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference makes no URL: %w", unURL(err))
	}
	date := a.now().UTC().Format(http.TimeFormat)
	signed := "date: " + date + "\n(request-target): get " + u.RequestURI() + "\nhost: " + u.Host
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, fault.New(fault.Invalid, "the account's key can't sign: %w", err)
	}
	header := http.Header{}
	header.Set("Date", date)
	header.Set("Authorization", `Signature version="1",keyId="`+a.config.TenancyID+"/"+a.config.UserID+"/"+a.config.Fingerprint+
		`",algorithm="rsa-sha256",headers="date (request-target) host",signature="`+base64.StdEncoding.EncodeToString(signature)+`"`)
	return header, nil
}

// key is the account's API key.
func (a *oracleObject) key(ctx context.Context) (*rsa.PrivateKey, error) {
	var (
		text secret.Secret
		err  error
	)
	if a.config.SSHPrivateKeyFilePath != "" {
		text, err = a.secrets.File(ctx, a.config.SSHPrivateKeyFilePath)
	} else {
		text, err = a.secrets.Resolve(ctx, a.config.PrivateKey)
	}
	if err != nil {
		return nil, err
	}
	passphrase, err := a.secrets.Resolve(ctx, a.config.PrivateKeyPassphrase)
	if err != nil {
		return nil, err
	}
	var parsed any
	if passphrase.Reveal() == "" {
		parsed, err = ssh.ParseRawPrivateKey([]byte(text.Reveal()))
	} else {
		parsed, err = ssh.ParseRawPrivateKeyWithPassphrase([]byte(text.Reveal()), []byte(passphrase.Reveal()))
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok {
		return nil, fault.New(fault.Invalid, "the account's key is no RSA key in PEM that can be read; check it, and privateKeyPassphrase")
	}
	return key, nil
}
