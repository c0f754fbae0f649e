package artifactstore

import (
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/gennaker/gennaker/internal/secret"
)

// The places where contents can be kept: [Config.Type].
const (
	// None keeps contents in executions, as they come.
	None = "none"
	// InDatabase keeps them in the database.
	InDatabase = "database"
	// InS3 keeps them in a bucket of S3, and InFiles in a directory.
	InS3    = "s3"
	InFiles = "file"
)

// Config is Spinnaker's section artifact-store, and the limits of what is kept.
type Config struct {
	Type                string    `yaml:"type" enum:"database,s3,file,none" doc:"Where the large contents of embedded artifacts are kept. database: in the database, compressed. s3: in a bucket, as Spinnaker does. file: in a directory. none: in the executions, as they come; contents that the database has can still be read."`
	S3                  S3        `yaml:"s3" doc:"The bucket for type s3."`
	File                File      `yaml:"file" doc:"The directory for type file."`
	ThresholdBytes      int64     `yaml:"thresholdBytes" doc:"Contents of at least this size are stored; smaller ones stay in the execution. Spinnaker stores all of them: set 1 for that."`
	MaxBytes            int64     `yaml:"maxBytes" doc:"Maximum size of one content, in bytes. A stage or a trigger with a larger one fails."`
	MaxApplicationBytes int64     `yaml:"maxApplicationBytes" doc:"Maximum size of all contents of an application together, in bytes, before compression. Beyond it, stages that make new contents fail. 0: no limit."`
	RetentionDays       int       `yaml:"retentionDays" doc:"Contents that no execution and no pipeline refers to are deleted this many days after they were last stored."`
	ApplicationsRegex   string    `yaml:"applicationsRegex" doc:"Regular expression for the applications whose contents are stored, regardless of case. It must match the whole name. Empty: all applications."`
	Exclude             []Exclude `yaml:"exclude" doc:"Applications whose contents aren't stored."`
}

// Exclude is an exception from what is stored.
type Exclude struct {
	Type  string `yaml:"type" doc:"The artifact type: embedded/base64."`
	Value string `yaml:"value" doc:"Regular expression for the applications. It must match the whole name."`
}

// embeddedType and remoteType are the types of an artifact that has its content with it,
// and of one whose content is stored.
const (
	embeddedType = "embedded/base64"
	remoteType   = "remote/base64"
)

// shortestRetention is how long contents are kept at least that nothing refers to yet: the
// execution that stores one refers to it moments later.
const shortestRetention = 24 * time.Hour

// DefaultConfig keeps contents from 64 KiB on in the database.
func DefaultConfig() Config {
	return Config{Type: InDatabase, S3: S3{ForcePathStyle: true}, ThresholdBytes: 64 << 10, MaxBytes: 32 << 20, RetentionDays: 14}
}

// Validate tells everything that is wrong, each error beginning with the key below
// artifact-store.
func (c Config) Validate() []error {
	var errs []error
	add := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	switch c.Type {
	case InDatabase, None:
	case InS3:
		errs = append(errs, c.S3.validate()...)
	case InFiles:
		add(c.File.Directory != "", "file.directory: is missing")
	default:
		add(false, "type: is %q, must be database, s3, file, or none", c.Type)
	}
	add(c.ThresholdBytes > 0, "thresholdBytes: must be more than 0")
	add(c.MaxBytes > 0, "maxBytes: must be more than 0")
	add(c.MaxApplicationBytes >= 0, "maxApplicationBytes: must not be negative")
	add(c.RetentionDays > 0, "retentionDays: must be more than 0")
	_, err := regexp.Compile(c.ApplicationsRegex)
	add(err == nil, "applicationsRegex: %w", err)
	for i, x := range c.Exclude {
		add(x.Type == embeddedType, "exclude[%d].type: is %q, but only embedded/base64 is stored", i, x.Type)
		_, err := regexp.Compile(x.Value)
		add(err == nil, "exclude[%d].value: %w", i, err)
	}
	return errs
}

// retention is how long a content is kept that nothing refers to.
func (c Config) retention() time.Duration {
	return max(time.Duration(c.RetentionDays)*24*time.Hour, shortestRetention)
}

// filter tells whether an application's contents are stored.
func (c Config) filter() (func(application string) bool, error) {
	if c.Type == None {
		return func(string) bool { return false }, nil
	}
	var only *regexp.Regexp
	if c.ApplicationsRegex != "" {
		var err error
		if only, err = regexp.Compile(`(?i)^(?:` + c.ApplicationsRegex + `)$`); err != nil {
			return nil, fmt.Errorf("artifact-store.applicationsRegex: %w", err)
		}
	}
	except := make([]*regexp.Regexp, len(c.Exclude))
	for i, x := range c.Exclude {
		var err error
		if except[i], err = regexp.Compile(`^(?:` + x.Value + `)$`); err != nil {
			return nil, fmt.Errorf("artifact-store.exclude[%d].value: %w", i, err)
		}
	}
	return func(application string) bool {
		if only != nil && !only.MatchString(application) {
			return false
		}
		for _, x := range except {
			if x.MatchString(application) {
				return false
			}
		}
		return true
	}, nil
}

// File is a directory with a file for each content.
type File struct {
	Directory string `yaml:"directory" doc:"The directory. Created if missing. All processes of an installation must see the same files."`
}

// S3 is artifact-store.s3: a bucket of Amazon S3, or of a server with its API.
type S3 struct {
	Enabled        bool       `yaml:"enabled" doc:"Accepted for Spinnaker's configurations; artifact-store.type decides."`
	Bucket         string     `yaml:"bucket" doc:"The bucket's name."`
	Region         string     `yaml:"region" doc:"The AWS region."`
	URL            string     `yaml:"url" doc:"The URL of an S3-compatible API, such as https://minio.example.com, or https://storage.googleapis.com for Google Cloud Storage with an HMAC key. Not needed for Amazon."`
	ForcePathStyle bool       `yaml:"forcePathStyle" doc:"If true, the bucket's name is part of the path instead of the host. Only with url."`
	Profile        string     `yaml:"profile" doc:"The profile in ~/.aws/credentials, without accessKey."`
	AccessKey      string     `yaml:"accessKey" doc:"The access key. Default: the environment, ~/.aws/credentials, or the role of the pod or machine."`
	SecretKey      secret.Ref `yaml:"secretKey" secret:"true" doc:"The secret key, or its place: env:, file:, encrypted:."`
}

func (c S3) validate() []error {
	var errs []error
	if c.Bucket == "" {
		errs = append(errs, fmt.Errorf("s3.bucket: is missing"))
	}
	if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https") {
		errs = append(errs, fmt.Errorf("s3.url: must be a URL that begins with http:// or https://, and without a user"))
	}
	if (c.AccessKey == "") != c.SecretKey.IsZero() {
		errs = append(errs, fmt.Errorf("s3.secretKey: accessKey and secretKey belong together"))
	}
	if err := c.SecretKey.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("s3.secretKey: %w", err))
	}
	return errs
}
