package artifact

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// IvyAccount is an account of type ivy/file. The fields are Clouddriver's: those of an
// ivysettings.xml.
type IvyAccount struct {
	Name     string      `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Settings IvySettings `json:"settings" yaml:"settings" doc:"The Ivy settings."`
}

// The parts of Ivy settings.
type (
	// IvySettings are Ivy settings.
	IvySettings struct {
		Resolvers   IvyResolvers   `json:"resolvers" yaml:"resolvers" doc:"The repositories."`
		Settings    IvyDefaults    `json:"settings,omitzero" yaml:"settings" doc:"What holds for all of them."`
		Credentials IvyCredentials `json:"credentials,omitzero" yaml:"credentials" doc:"Credentials for one host."`
	}
	// IvyDefaults is what holds for all resolvers.
	IvyDefaults struct {
		DefaultResolver string `json:"defaultResolver,omitempty" yaml:"defaultResolver" doc:"The name of the resolver to use. Default: the first."`
	}
	// IvyCredentials are credentials for a host.
	IvyCredentials struct {
		Host     string     `json:"host,omitempty" yaml:"host" doc:"The host."`
		Realm    string     `json:"realm,omitempty" yaml:"realm" doc:"Accepted, not used."`
		Username string     `json:"username,omitempty" yaml:"username" doc:"The user."`
		Password secret.Ref `json:"password,omitzero" yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	}
	// IvyResolvers are resolvers by their kinds.
	IvyResolvers struct {
		URL      []IvyURL      `json:"url,omitempty" yaml:"url" doc:"Repositories with patterns of URLs."`
		IBiblio  []IvyIBiblio  `json:"ibiblio,omitempty" yaml:"ibiblio" doc:"Maven repositories."`
		Chain    []IvyChain    `json:"chain,omitempty" yaml:"chain" doc:"Resolvers that are asked one after the other."`
		Bintray  []IvyUnusable `json:"bintray,omitempty" yaml:"bintray" doc:"Not supported: Bintray is closed."`
		SSHHosts []IvyUnusable `json:"ssh,omitempty" yaml:"ssh" doc:"Not supported."`
	}
	// IvyURL is a resolver with patterns.
	IvyURL struct {
		Name         string       `json:"name" yaml:"name" doc:"The resolver's name."`
		M2Compatible bool         `json:"m2compatible,omitempty" yaml:"m2compatible" doc:"If true, the dots of an organisation are slashes in URLs."`
		Ivy          []IvyPattern `json:"ivy,omitempty" yaml:"ivy" doc:"Where module descriptors are."`
		Artifact     []IvyPattern `json:"artifact" yaml:"artifact" doc:"Where files are."`
	}
	// IvyPattern is a URL with placeholders.
	IvyPattern struct {
		Pattern string `json:"pattern" yaml:"pattern" doc:"A URL with placeholders such as [organisation], [module], and [revision]."`
	}
	// IvyIBiblio is a Maven repository.
	IvyIBiblio struct {
		Name             string `json:"name" yaml:"name" doc:"The resolver's name."`
		Root             string `json:"root,omitempty" yaml:"root" doc:"The repository's URL. Default: https://repo1.maven.org/maven2/."`
		Pattern          string `json:"pattern,omitempty" yaml:"pattern" doc:"The path of files below root."`
		M2Compatible     bool   `json:"m2compatible,omitempty" yaml:"m2compatible" doc:"If true, the repository has the layout of Maven 2."`
		UseMavenMetadata bool   `json:"useMavenMetadata,omitempty" yaml:"useMavenMetadata" doc:"Accepted, not used."`
		UsePOMs          bool   `json:"usepoms,omitempty" yaml:"usepoms" doc:"Accepted, not used."`
	}
	// IvyChain is a chain of resolvers.
	IvyChain struct {
		Name        string       `json:"name" yaml:"name" doc:"The resolver's name."`
		ReturnFirst bool         `json:"returnFirst,omitempty" yaml:"returnFirst" doc:"Accepted: the first that has a file is always used."`
		Dual        bool         `json:"dual,omitempty" yaml:"dual" doc:"Accepted, not used."`
		URL         []IvyURL     `json:"url,omitempty" yaml:"url" doc:"Repositories with patterns of URLs."`
		IBiblio     []IvyIBiblio `json:"ibiblio,omitempty" yaml:"ibiblio" doc:"Maven repositories."`
	}
	// IvyUnusable is a resolver of a kind that isn't supported.
	IvyUnusable struct {
		Name string `json:"name" yaml:"name" doc:"The resolver's name."`
	}
)

// The defaults of Ivy's ibiblio resolver.
const (
	ivyMavenRoot    = "https://repo1.maven.org/maven2/"
	ivyMavenPattern = "[organisation]/[module]/[revision]/[artifact]-[revision](-[classifier]).[ext]"
	ivyOldPattern   = "[module]/[type]s/[artifact]-[revision].[ext]"
)

// ivyRepository is a resolver as it is used.
type ivyRepository struct {
	name       string
	m2         bool
	ivy, files []string
	web        *web
}

// repositories are the resolvers that are asked, in their order.
func (s IvySettings) repositories() (all []ivyRepository) {
	chains := map[string][]ivyRepository{}
	names := []string{}
	add := func(name string, r ...ivyRepository) {
		chains[name] = append(chains[name], r...)
		names = append(names, name)
	}
	for _, u := range s.Resolvers.URL {
		add(u.Name, u.repository())
	}
	for _, m := range s.Resolvers.IBiblio {
		add(m.Name, m.repository())
	}
	for _, c := range s.Resolvers.Chain {
		var in []ivyRepository
		for _, u := range c.URL {
			in = append(in, u.repository())
		}
		for _, m := range c.IBiblio {
			in = append(in, m.repository())
		}
		add(c.Name, in...)
	}
	wanted := s.Settings.DefaultResolver
	if wanted == "" && len(names) > 0 {
		wanted = names[0]
	}
	return chains[wanted]
}

func (u IvyURL) repository() ivyRepository {
	r := ivyRepository{name: u.Name, m2: u.M2Compatible}
	for _, p := range u.Ivy {
		r.ivy = append(r.ivy, p.Pattern)
	}
	for _, p := range u.Artifact {
		r.files = append(r.files, p.Pattern)
	}
	return r
}

func (m IvyIBiblio) repository() ivyRepository {
	root, pattern := m.Root, m.Pattern
	if root == "" {
		root = ivyMavenRoot
	}
	if pattern == "" {
		pattern = ivyOldPattern
		if m.M2Compatible {
			pattern = ivyMavenPattern
		}
	}
	return ivyRepository{name: m.Name, m2: m.M2Compatible, files: []string{strings.TrimSuffix(root, "/") + "/" + pattern}}
}

// Validate does what [GitHubAccount.Validate] does.
func (a IvyAccount) Validate() []error {
	var errs []error
	if len(a.Settings.Resolvers.Bintray)+len(a.Settings.Resolvers.SSHHosts) > 0 {
		errs = append(errs, errors.New("settings.resolvers: bintray and ssh are not supported; use url or ibiblio"))
	}
	repositories := a.Settings.repositories()
	if len(repositories) == 0 {
		errs = append(errs, errors.New("settings.resolvers: there is no resolver, or none has the name in settings.settings.defaultResolver"))
	}
	for _, r := range repositories {
		if len(r.files) == 0 {
			errs = append(errs, fmt.Errorf("settings.resolvers: the resolver %s has no artifact pattern", r.name))
		}
		host := ""
		for _, pattern := range append(append([]string(nil), r.files...), r.ivy...) {
			u, err := url.Parse(ivyPlaceholder.ReplaceAllString(strings.NewReplacer("(", "", ")", "").Replace(pattern), "x"))
			switch {
			case err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https":
				errs = append(errs, fmt.Errorf("settings.resolvers: the pattern of the resolver %s must be a URL that begins with http:// or https://, and without a user", r.name))
			case host != "" && host != u.Host:
				errs = append(errs, fmt.Errorf("settings.resolvers: the patterns of the resolver %s must be on one host", r.name))
			default:
				host = u.Host
			}
		}
	}
	return checks(a.Name, errs, checkSecret("settings.credentials.password", a.Settings.Credentials.Password))
}

// ivyFile fetches ivy/file: the reference is organisation:module:revision.
type ivyFile struct {
	identity
	repositories []ivyRepository
}

func (b *builder) ivy(config IvyAccount) (account, error) {
	a := &ivyFile{identity: identity{config.Name, []string{"ivy/file"}}, repositories: config.Settings.repositories()}
	for i := range a.repositories {
		r := &a.repositories[i]
		u, err := url.Parse(ivyPlaceholder.ReplaceAllString(strings.NewReplacer("(", "", ")", "").Replace(r.files[0]), "x"))
		if err != nil {
			return nil, fault.New(fault.Invalid, "a pattern of the artifact account %s is no URL", config.Name)
		}
		var auth BasicAuth
		if own := config.Settings.Credentials; strings.EqualFold(own.Host, u.Hostname()) || strings.EqualFold(own.Host, u.Host) {
			auth = BasicAuth{Username: own.Username, Password: own.Password}
		}
		r.web = b.newWeb(b.options.Guard, u.Host, basicHeaders(auth, b.options.Secrets))
	}
	return a, nil
}

func (a *ivyFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	parts := strings.Split(artifact.Reference, ":")
	if len(parts) < 3 || strings.ContainsAny(artifact.Reference, "/\\?#%") {
		return nil, fault.New(fault.Invalid, "the reference must be of the form organisation:module:revision")
	}
	for _, part := range parts[:3] {
		if part == "" || part == "." || part == ".." {
			return nil, fault.New(fault.Invalid, "the reference must be of the form organisation:module:revision")
		}
	}
	if revision := parts[2]; strings.HasPrefix(revision, "latest.") || strings.ContainsAny(revision, "+[](),") {
		return nil, fault.New(fault.Invalid, "the revision %s is not fixed, and this can't look for the latest one; name a revision, or use maven/file", fault.Short(revision))
	}
	for _, r := range a.repositories {
		data, err := r.file(ctx, parts[0], parts[1], parts[2])
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		return data, err
	}
	return nil, fault.New(fault.NotFound, "no repository of the account has it; check the reference")
}

// ivyModule is what we read of a module descriptor.
type ivyModule struct {
	Artifacts []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
		Ext  string `xml:"ext,attr"`
	} `xml:"publications>artifact"`
}

// file is the first file that a module publishes, as Ivy finds it.
func (r ivyRepository) file(ctx context.Context, organisation, module, revision string) ([]byte, error) {
	values := map[string]string{
		"organisation": organisation, "organization": organisation, "orgPath": strings.ReplaceAll(organisation, ".", "/"),
		"module": module, "revision": revision, "artifact": module, "type": "jar", "ext": "jar", "originalname": module,
	}
	if r.m2 {
		values["organisation"], values["organization"] = values["orgPath"], values["orgPath"]
	}
	if err := r.describe(ctx, values); err != nil {
		return nil, err
	}
	for _, pattern := range r.files {
		data, err := r.web.get(ctx, ivyURL(pattern, values), nil, true)
		if fault.KindOf(err) != fault.NotFound {
			return data, err
		}
	}
	return nil, fault.New(fault.NotFound, "the repository has no such file")
}

// describe reads what the module publishes, if there is a descriptor.
func (r ivyRepository) describe(ctx context.Context, values map[string]string) error {
	for _, pattern := range r.ivy {
		of := map[string]string{"artifact": "ivy", "type": "ivy", "ext": "xml"}
		for key, value := range values {
			if _, own := of[key]; !own {
				of[key] = value
			}
		}
		text, err := r.web.get(ctx, ivyURL(pattern, of), nil, true)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if len(text) > maxMetadata {
			return fault.New(fault.TooLarge, "the module's descriptor has more than %d bytes", maxMetadata)
		}
		var m ivyModule
		if err := xml.Unmarshal(text, &m); err != nil {
			return fault.New(fault.Invalid, "the module's descriptor can't be read: %w", err)
		}
		if len(m.Artifacts) > 0 {
			first := m.Artifacts[0]
			if first.Name != "" {
				values["artifact"], values["originalname"] = first.Name, first.Name
			}
			if first.Type != "" {
				values["type"], values["ext"] = first.Type, first.Type
			}
			if first.Ext != "" {
				values["ext"] = first.Ext
			}
		}
		return nil
	}
	return nil
}

var (
	ivyPlaceholder = regexp.MustCompile(`\[([A-Za-z]+)\]`)
	ivyOptional    = regexp.MustCompile(`\(([^()]*)\)`)
)

// ivyURL fills the placeholders of a pattern. What stands in parentheses is left out if one
// of its placeholders has no value.
func ivyURL(pattern string, values map[string]string) string {
	fill := func(text string) (out string, whole bool) {
		whole = true
		out = ivyPlaceholder.ReplaceAllStringFunc(text, func(placeholder string) string {
			value := values[placeholder[1:len(placeholder)-1]]
			if value == "" {
				whole = false
			}
			parts := strings.Split(value, "/")
			for i := range parts {
				parts[i] = url.PathEscape(parts[i])
			}
			return strings.Join(parts, "/")
		})
		return out, whole
	}
	pattern = ivyOptional.ReplaceAllStringFunc(pattern, func(part string) string {
		if out, whole := fill(part[1 : len(part)-1]); whole {
			return out
		}
		return ""
	})
	out, _ := fill(pattern)
	return out
}
