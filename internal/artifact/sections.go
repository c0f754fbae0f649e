package artifact

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/secret"
)

// typePrefix stands before the name of a section in the type of its accounts:
// "artifacts.http".
const typePrefix = "artifacts."

// section is a section of the configuration as a type of accounts. A new source
// of artifacts is a line in sections, by name.
type section struct {
	provider.Type
	validate func(provider.Definition) []error
	build    func(*builder, provider.Definition) (account, error)
	// configured builds an account of the configuration.
	configured func(*builder, any) (account, error)
	// own says what an account of the API must have, since it would use the
	// server's own credentials without; nil where it would not.
	own func(provider.Definition) error
}

var sections = []section{
	newSection("azure", "Azure Blob Storage account", (*builder).azure, nil, bound("storageAccount apiEndpoint", "accountKey", "sasToken")),
	newSection("bitbucket", "Bitbucket account", (*builder).bitbucket, nil, bound("address allowedHosts", "token", "password")),
	newSection("docker", "container registry account", (*builder).docker, nil, bound("address insecureRegistry", "password")),
	newSection("gcs", "Google Cloud Storage account", (*builder).gcs, func(d provider.Definition) error {
		if d.Fields["anonymous"] == true {
			return nil
		}
		return fmt.Errorf("anonymous: must be true, since the account would use the server's own Google credentials otherwise; an administrator can put such an account into the configuration")
	}, nil),
	newSection("gitea", "Gitea account", (*builder).gitea, nil, bound("address", "token", "password")),
	newSection("github", "GitHub account", (*builder).gitHub, nil, bound("address allowedHosts", "token", "password")),
	newSection("gitlab", "GitLab account", (*builder).gitLab, nil, bound("address allowedHosts", "token")),
	newSection("gitrepo", "Git repository account", (*builder).gitRepo, nil, bound("allowedHosts repository sshTrustUnknownHosts", "token", "password")),
	newSection("helm", "Helm repository account", (*builder).helm, nil, bound("repository insecureRegistry", "password")),
	newSection("http", "HTTP account", (*builder).http, nil, bound("allowedHosts", "password", "headers")),
	newSection("jenkins", "Jenkins account", (*builder).jenkins, nil, bound("address", "password")),
	newSection("maven", "Maven repository account", (*builder).maven, nil, bound("repositoryUrl", "password")),
	requiring(newSection("oracle", "Oracle Cloud account", (*builder).oracle, nil, bound("region apiEndpoint", "privateKey", "privateKeyPassphrase")), "privateKey"),
	requiring(newSection("s3", "S3 account", (*builder).s3, func(d provider.Definition) error {
		if model.String(d.Fields, "awsAccessKeyId") != "" {
			return nil
		}
		return fmt.Errorf("awsAccessKeyId: is missing, so the account would use the server's own AWS credentials; set a key, or ask an administrator to define the account in the configuration")
	}, bound("apiEndpoint", "awsSecretAccessKey")), "awsAccessKeyId", "awsSecretAccessKey"),
}

// requiring is a section whose accounts must have more fields when they are stored
// than in the configuration.
func requiring(s section, fields ...string) section {
	s.Fields = provider.Requiring(s.Fields, fields...)
	return s
}

// bound says which fields, separated by blanks, say who gets some secrets.
func bound(fields string, secrets ...string) map[string][]string {
	out := map[string][]string{}
	for _, name := range secrets {
		out[name] = strings.Fields(fields)
	}
	return out
}

func newSection[T interface{ Validate() []error }](
	name, title string, build func(*builder, T) (account, error), own func(provider.Definition) error, boundTo map[string][]string,
) section {
	t := provider.Type{
		Name: typePrefix + name, Title: title, Section: typePrefix + name + ".accounts",
		Fields: withoutFields(provider.SchemaOf(reflect.TypeFor[T]()), notStored), BoundTo: boundTo,
	}
	return section{
		Type: t, own: own,
		validate: func(d provider.Definition) []error {
			var config T
			if err := provider.Decode(d, t, &config); err != nil {
				return []error{err}
			}
			return config.Validate()
		},
		build: func(b *builder, d provider.Definition) (account, error) {
			var config T
			if err := provider.Decode(d, t, &config); err != nil {
				return nil, err
			}
			return build(b, config)
		},
		configured: func(b *builder, config any) (account, error) {
			typed, ok := config.(T)
			if !ok {
				return nil, fault.New(fault.Internal, "a %s is configured by a %T", title, config)
			}
			return build(b, typed)
		},
	}
}

// notStored are the fields that an account of the API may not have, and why:
// it would read the server's files, or reach what the server's rules about URLs
// keep it from.
var notStored = map[string]string{ //nolint:gosec // names of fields, no secrets
	"usernamePasswordFile":       filesOnly,
	"tokenFile":                  filesOnly,
	"passwordFile":               filesOnly,
	"sshPrivateKeyFilePath":      filesOnly,
	"sshKnownHostsFilePath":      filesOnly,
	"jsonPath":                   filesOnly,
	"sshPrivateKeyPassphrase":    "belongs to a key in a file on the server",
	"sshPrivateKeyPassphraseCmd": "would run a program on the server",
	"ecr":                        "would use the server's own AWS credentials",
	"urlRestrictions":            "would change which addresses the server may reach",
}

const filesOnly = "names a file on the server"

// places are the ends of descriptions that offer what is [notStored]: that a
// secret may be kept elsewhere.
var places = strings.NewReplacer(
	", or its place: env:, file:, encrypted:.", ".", ", or the places of their values.", ".",
	" or urlRestrictions.allowedDomains is set", " is set", ", repository, or urlRestrictions.allowedDomains is set", " or repository is set",
)

// withoutFields is a schema without some of its fields.
func withoutFields(schema map[string]any, fields map[string]string) map[string]any {
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		if _, out := fields[name]; out {
			delete(properties, name)
			continue
		}
		if p, ok := property.(map[string]any); ok {
			text, _ := p["description"].(string)
			p["description"] = places.Replace(text)
		}
	}
	return schema
}

func sectionOf(account provider.Definition) (section, error) {
	for _, s := range sections {
		if s.Name == account.Type {
			for _, name := range provider.Names(map[string]any{"properties": account.Fields}) {
				if why, ok := notStored[name]; ok {
					return s, provider.Invalid("%s: %s, which an account of the API may not; an administrator can put the account into the configuration (%s)", name, why, s.Section)
				}
			}
			return s, nil
		}
	}
	return section{}, provider.Invalid("type: there is no artifact account type %q", account.Type)
}

// restrict tells what an account of the API may not have.
func (s section) restrict(account provider.Definition) []error {
	var errs []error
	texts := s.SecretTexts(account.Fields)
	for _, at := range slices.Sorted(maps.Keys(texts)) {
		if secret.NewRef(texts[at]).Refers() {
			errs = append(errs, fmt.Errorf("%s: refers to a secret of the server, which an account of the API may not; give its value", at))
		}
	}
	if account.Fields["insecureRegistry"] == true && s.Name == typePrefix+"docker" && !strings.HasPrefix(model.String(account.Fields, "address"), "http://") {
		errs = append(errs, fmt.Errorf("insecureRegistry: the certificates of registries are checked for accounts of the API; an administrator can put the account into the configuration"))
	}
	if s.own != nil {
		if err := s.own(account); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
