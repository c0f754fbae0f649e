package webhook

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/httpguard"
)

// largestResponse bounds an answer where maxResponseBytes doesn't: it becomes
// a part of the stage's context, which is stored and loaded as a whole.
const largestResponse = 16 << 20

// Config is Spinnaker's webhook.* settings. Start from [DefaultConfig].
type Config struct {
	// DefaultRetryStatusCodes are retried besides all of 5xx.
	DefaultRetryStatusCodes []int `json:"defaultRetryStatusCodes" yaml:"defaultRetryStatusCodes" doc:"Status codes that cause a retry, in addition to 5xx."`
	// FollowRedirects and VerifyRedirects say what becomes of a redirect; one
	// that isn't verified may go to a name that a user couldn't have written.
	FollowRedirects bool `json:"followRedirects" yaml:"followRedirects" doc:"If true, follows redirects."`
	VerifyRedirects bool `json:"verifyRedirects" yaml:"verifyRedirects" doc:"If true, the target of a redirect must be an allowed URL."`
	// AllowedRequestsEnabled allows only what AllowedRequests lists.
	AllowedRequestsEnabled bool             `json:"allowedRequestsEnabled" yaml:"allowedRequestsEnabled" doc:"If true, only the requests in allowedRequests are allowed."`
	AllowedRequests        []AllowedRequest `json:"allowedRequests" yaml:"allowedRequests" doc:"The allowed requests."`
	// MaxRequestBytes and MaxResponseBytes bound headers and body together.
	MaxRequestBytes  int64 `json:"maxRequestBytes" yaml:"maxRequestBytes" doc:"Maximum size of a request's headers and body, in bytes. 0: no limit."`
	MaxResponseBytes int64 `json:"maxResponseBytes" yaml:"maxResponseBytes" doc:"Maximum size of a response's headers and body, in bytes. 0: 16 MiB."`
	ConnectTimeoutMs int64 `json:"connectTimeoutMs" yaml:"connectTimeoutMs" doc:"Connection timeout in milliseconds. 0: no timeout."`
	ReadTimeoutMs    int64 `json:"readTimeoutMs" yaml:"readTimeoutMs" doc:"Read timeout in milliseconds. 0: no timeout."`
	// AuditLoggingEnabled writes every request and answer to the log, without
	// their bodies.
	AuditLoggingEnabled bool `json:"auditLoggingEnabled" yaml:"auditLoggingEnabled" doc:"If true, logs every request and response, without bodies."`
	// RequireAccount and ValidateAccount are about a stage's account field.
	RequireAccount  bool `json:"requireAccount" yaml:"requireAccount" doc:"If true, every webhook stage must name an account."`
	ValidateAccount bool `json:"validateAccount" yaml:"validateAccount" doc:"If true, the account that a stage names must exist, and the user must have access to it."`
	// IncludeAdditionalHeaders sends the execution's additionalHeaders along.
	IncludeAdditionalHeaders bool     `json:"includeAdditionalHeaders" yaml:"includeAdditionalHeaders" doc:"If true, sends the request headers that the execution was started with."`
	Trust                    Trust    `json:"trust" yaml:"trust" doc:"Trusted certificates, in addition to the system's."`
	Identity                 Identity `json:"identity" yaml:"identity" doc:"The client certificate."`
	// The insecure flags are for tests.
	InsecureSkipHostnameVerification bool `json:"insecureSkipHostnameVerification" yaml:"insecureSkipHostnameVerification" doc:"Accept certificates issued to other hosts. For tests only."`
	InsecureTrustSelfSigned          bool `json:"insecureTrustSelfSigned" yaml:"insecureTrustSelfSigned" doc:"Accept untrusted certificates. For tests only."`
	// Preconfigured are webhooks that an administrator offers as stage types of
	// their own.
	Preconfigured []Preconfigured `json:"preconfigured" yaml:"preconfigured" doc:"Webhooks offered as custom stage types."`
}

// AllowedRequest is a kind of request that is allowed.
type AllowedRequest struct {
	HTTPMethods []string `json:"httpMethods" yaml:"httpMethods" doc:"The allowed methods."`
	// MatchStrategy is STARTS_WITH (the default) or PATTERN_MATCHES.
	MatchStrategy string `json:"matchStrategy" yaml:"matchStrategy" doc:"STARTS_WITH or PATTERN_MATCHES."`
	URLPrefix     string `json:"urlPrefix" yaml:"urlPrefix" doc:"The prefix that the URL must have."`
	URLPattern    string `json:"urlPattern" yaml:"urlPattern" doc:"The regular expression that must match the whole URL."`
	// SafeToRetry says that a request may be sent again after a timeout; GET
	// always may.
	SafeToRetry bool `json:"safeToRetry" yaml:"safeToRetry" doc:"If true, such a request can be sent again after a timeout."`
}

// Trust names a trust store, or a file of certificates.
type Trust struct {
	Enabled            bool   `json:"enabled" yaml:"enabled" doc:"If true, this setting applies."`
	TrustStore         string `json:"trustStore" yaml:"trustStore" doc:"A file of trusted certificates, of type trustStoreType."`
	TrustStorePassword string `json:"trustStorePassword" yaml:"trustStorePassword" doc:"The keystore's password." secret:"true"`
	TrustStoreType     string `json:"trustStoreType" yaml:"trustStoreType" doc:"JKS or PKCS12."`
	TrustPem           string `json:"trustPem" yaml:"trustPem" doc:"A PEM file of trusted certificates."`
}

// Identity names a key store, or a key and its certificate.
type Identity struct {
	Enabled                  bool   `json:"enabled" yaml:"enabled" doc:"If true, this setting applies."`
	IdentityStore            string `json:"identityStore" yaml:"identityStore" doc:"A file with a key and its certificate, of type identityStoreType."`
	IdentityStorePassword    string `json:"identityStorePassword" yaml:"identityStorePassword" doc:"The keystore's password." secret:"true"`
	IdentityStoreKeyPassword string `json:"identityStoreKeyPassword" yaml:"identityStoreKeyPassword" doc:"The key's password, if it differs." secret:"true"`
	IdentityStoreType        string `json:"identityStoreType" yaml:"identityStoreType" doc:"PKCS12 or JKS."`
	IdentityKeyPem           string `json:"identityKeyPem" yaml:"identityKeyPem" doc:"A PEM file with the key."`
	IdentityCertPem          string `json:"identityCertPem" yaml:"identityCertPem" doc:"A PEM file with the certificate and its chain."`
}

// Preconfigured is a webhook as a stage type of its own. What is set here goes
// before what the stage says.
type Preconfigured struct {
	// Enabled is so where unset.
	Enabled             *bool                        `json:"enabled" yaml:"enabled" doc:"If true, the stage type is available. Default: true."`
	Label               string                       `json:"label" yaml:"label" doc:"The stage type's display name."`
	Description         string                       `json:"description" yaml:"description" doc:"The description."`
	Type                string                       `json:"type" yaml:"type" doc:"The stage type's key."`
	Parameters          []Parameter                  `json:"parameters" yaml:"parameters" doc:"The parameters of the stage, read as parameterValues."`
	URL                 string                       `json:"url" yaml:"url"`
	CustomHeaders       map[string][]string          `json:"customHeaders" yaml:"customHeaders"`
	ParameterValues     map[string]string            `json:"parameterValues" yaml:"parameterValues"`
	ParameterData       map[string]map[string]string `json:"parameterData" yaml:"parameterData"`
	Method              string                       `json:"method" yaml:"method"`
	Payload             string                       `json:"payload" yaml:"payload"`
	FailFastStatusCodes []int                        `json:"failFastStatusCodes" yaml:"failFastStatusCodes"`
	WaitForCompletion   *bool                        `json:"waitForCompletion" yaml:"waitForCompletion"`
	StatusURLResolution string                       `json:"statusUrlResolution" yaml:"statusUrlResolution"`
	StatusURLJSONPath   string                       `json:"statusUrlJsonPath" yaml:"statusUrlJsonPath"`
	StatusJSONPath      string                       `json:"statusJsonPath" yaml:"statusJsonPath"`
	ProgressJSONPath    string                       `json:"progressJsonPath" yaml:"progressJsonPath"`
	SuccessStatuses     string                       `json:"successStatuses" yaml:"successStatuses"`
	CanceledStatuses    string                       `json:"canceledStatuses" yaml:"canceledStatuses"`
	TerminalStatuses    string                       `json:"terminalStatuses" yaml:"terminalStatuses"`
	Permissions         map[string][]string          `json:"permissions" yaml:"permissions"`
	SignalCancellation  *bool                        `json:"signalCancellation" yaml:"signalCancellation"`
	CancelEndpoint      string                       `json:"cancelEndpoint" yaml:"cancelEndpoint"`
	CancelMethod        string                       `json:"cancelMethod" yaml:"cancelMethod"`
	CancelPayload       string                       `json:"cancelPayload" yaml:"cancelPayload"`
	WaitBeforeMonitor   *int                         `json:"waitBeforeMonitor" yaml:"waitBeforeMonitor" doc:"Seconds from the start of the stage until the first query of the result."`
	RetryStatusCodes    []int                        `json:"retryStatusCodes" yaml:"retryStatusCodes" doc:"Status codes after which to query the result again, in addition to 5xx."`
}

// Parameter is one thing that a preconfigured webhook's stage asks for.
type Parameter struct {
	Name         string `json:"name" yaml:"name"`
	Label        string `json:"label" yaml:"label"`
	DefaultValue string `json:"defaultValue" yaml:"defaultValue"`
	Description  string `json:"description" yaml:"description"`
	Type         string `json:"type" yaml:"type"`
	Order        int    `json:"order" yaml:"order"`
}

// DefaultConfig is what Spinnaker starts from.
func DefaultConfig() Config {
	return Config{
		DefaultRetryStatusCodes: []int{429},
		FollowRedirects:         true,
		VerifyRedirects:         true,
		ConnectTimeoutMs:        15_000,
		ReadTimeoutMs:           20_000,
		Trust:                   Trust{TrustStoreType: "JKS"},
		Identity:                Identity{IdentityStoreType: "PKCS12"},
	}
}

// clientOptions are the guarded client's part of the settings.
func (c Config) clientOptions() (httpguard.ClientOptions, error) {
	tls, err := c.tls()
	if err != nil {
		return httpguard.ClientOptions{}, err
	}
	limit := c.MaxResponseBytes
	if limit <= 0 {
		limit = largestResponse
	}
	return httpguard.ClientOptions{
		ConnectTimeout:   time.Duration(c.ConnectTimeoutMs) * time.Millisecond,
		ReadTimeout:      time.Duration(c.ReadTimeoutMs) * time.Millisecond,
		MaxRequestBytes:  c.MaxRequestBytes,
		MaxResponseBytes: limit,
		RefuseRedirects:  !c.FollowRedirects,
		TrustRedirects:   !c.VerifyRedirects,
		TLS:              tls,
	}, nil
}

// allowList is the compiled list of allowed requests; nil allows all.
type allowList []allowed

type allowed struct {
	methods []string
	matches func(url string) bool
	retry   bool
}

func (c Config) allowList() (allowList, error) {
	if !c.AllowedRequestsEnabled {
		return nil, nil
	}
	list := allowList{}
	for i, request := range c.AllowedRequests {
		matches, err := request.matcher()
		if err != nil {
			return nil, fmt.Errorf("webhook.allowedRequests[%d]: %w", i, err)
		}
		list = append(list, allowed{request.HTTPMethods, matches, request.SafeToRetry})
	}
	return list, nil
}

func (r AllowedRequest) matcher() (func(string) bool, error) {
	switch r.MatchStrategy {
	case "", "STARTS_WITH":
		if r.URLPrefix == "" {
			return nil, errors.New("urlPrefix is missing, which the strategy STARTS_WITH needs")
		}
		return func(url string) bool { return strings.HasPrefix(url, r.URLPrefix) }, nil
	case "PATTERN_MATCHES":
		if r.URLPattern == "" {
			return nil, errors.New("urlPattern is missing, which the strategy PATTERN_MATCHES needs")
		}
		pattern, err := regexp.Compile(`^(?:` + r.URLPattern + `)$`)
		if err != nil {
			return nil, fmt.Errorf("urlPattern: %w", err)
		}
		return pattern.MatchString, nil
	}
	return nil, fmt.Errorf("matchStrategy is %q, not STARTS_WITH or PATTERN_MATCHES", r.MatchStrategy)
}

// find returns whether a request is allowed, and whether it is so as one that
// may be sent again.
func (l allowList) find(method, url string) (ok, retry bool) {
	if l == nil {
		return true, false
	}
	for _, a := range l {
		if slices.Contains(a.methods, method) && a.matches(url) {
			return true, a.retry
		}
	}
	return false, false
}
