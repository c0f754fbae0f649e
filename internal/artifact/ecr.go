package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"github.com/gennaker/gennaker/internal/fault"
)

// ECRLogin has an account log in to Amazon ECR with the server's own AWS credentials: its
// passwords are valid for twelve hours.
type ECRLogin struct {
	Enabled  bool   `json:"enabled,omitempty" yaml:"enabled" doc:"If true, the account logs in to Amazon ECR with the server's AWS credentials: the environment, ~/.aws, or the role of the pod or machine. username and password must be empty."`
	Endpoint string `json:"endpoint,omitempty" yaml:"endpoint" doc:"The URL of the ECR API, for a VPC endpoint. Default: https://api.ecr.<region>.amazonaws.com."`
}

var ecrHost = regexp.MustCompile(`^\d+\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$`)

func (e ECRLogin) validate(auth BasicAuth, host string) []error {
	var errs []error
	if e.Endpoint != "" {
		errs = checkURL("ecr.endpoint", e.Endpoint, "http", "https")
	}
	if !e.Enabled {
		return errs
	}
	if auth.set() {
		errs = append(errs, errors.New("ecr.enabled: username and password must be empty"))
	}
	if e.Endpoint == "" && !ecrHost.MatchString(host) {
		errs = append(errs, fmt.Errorf("ecr.enabled: %s is no address of Amazon ECR, such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com", host))
	}
	return errs
}

// ecrTokens gets passwords of Amazon ECR, and keeps one until it ends.
type ecrTokens struct {
	region, endpoint string
	http             *http.Client
	now              func() time.Time

	mu             sync.Mutex
	user, password string
	until          time.Time
}

// ecrEarly is how long before its end a password isn't used any more.
const ecrEarly = 10 * time.Minute

func (b *builder) ecrTokens(config ECRLogin, host string) *ecrTokens {
	if !config.Enabled {
		return nil
	}
	region := "us-east-1"
	if m := ecrHost.FindStringSubmatch(host); m != nil {
		region = m[1]
	}
	endpoint := config.Endpoint
	if endpoint == "" {
		endpoint = "https://api.ecr." + region + ".amazonaws.com"
	}
	return &ecrTokens{
		region: region, endpoint: strings.TrimSuffix(endpoint, "/") + "/", now: time.Now,
		http: &http.Client{Transport: b.plain(), Timeout: readTimeout},
	}
}

// lookup gives a user and a password.
func (t *ecrTokens) lookup(ctx context.Context) (user, password string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now().Before(t.until) {
		return t.user, t.password, nil
	}
	answer, err := t.ask(ctx)
	if err != nil {
		return "", "", err
	}
	both, err := base64.StdEncoding.DecodeString(answer.Token)
	user, password, ok := strings.Cut(string(both), ":")
	if err != nil || !ok {
		return "", "", fault.New(fault.Unavailable, "Amazon ECR answers with no password")
	}
	t.user, t.password = user, password
	t.until = time.UnixMilli(int64(answer.ExpiresAt * 1000)).Add(-ecrEarly)
	return user, password, nil
}

type ecrToken struct {
	Token     string  `json:"authorizationToken"`
	ExpiresAt float64 `json:"expiresAt"` // in seconds since the epoch
}

// ask does ECR's GetAuthorizationToken.
func (t *ecrTokens) ask(ctx context.Context) (ecrToken, error) {
	loaded, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(t.region))
	var proof aws.Credentials
	if err == nil {
		proof, err = loaded.Credentials.Retrieve(ctx)
	}
	if err != nil {
		return ecrToken{}, fault.New(fault.Forbidden, "the server has no AWS credentials to log in to Amazon ECR with: %w", err)
	}
	body := []byte("{}")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint, bytes.NewReader(body))
	if err != nil {
		return ecrToken{}, fault.New(fault.Invalid, "the account's ecr.endpoint is no URL")
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, proof, req, hex.EncodeToString(sum[:]), "ecr", t.region, t.now()); err != nil {
		return ecrToken{}, fault.New(fault.Internal, "sign a request to Amazon ECR: %w", err)
	}
	resp, err := t.http.Do(req)
	if err != nil {
		return ecrToken{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	text, err := readAll(resp.Body, maxECRAnswer)
	if err != nil {
		return ecrToken{}, err
	}
	if resp.StatusCode == http.StatusBadRequest {
		return ecrToken{}, fault.New(fault.Forbidden, "Amazon ECR rejected the server's AWS credentials; they need the permission ecr:GetAuthorizationToken")
	}
	if resp.StatusCode != http.StatusOK {
		return ecrToken{}, statusFault(resp.StatusCode, "Amazon ECR", true)
	}
	var answer struct {
		Data []ecrToken `json:"authorizationData"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Data) == 0 {
		return ecrToken{}, fault.New(fault.Unavailable, "Amazon ECR answers with what is no token")
	}
	return answer.Data[0], nil
}

// maxECRAnswer bounds ECR's answer, in bytes.
const maxECRAnswer = 1 << 20
