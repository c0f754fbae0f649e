package artifact

import (
	"context"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// JenkinsAccount is an account of type jenkins/file. The fields are those of Clouddriver's
// Jenkins masters.
type JenkinsAccount struct {
	Name     string     `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Address  string     `json:"address" yaml:"address" required:"true" doc:"The URL of the Jenkins controller."`
	Username string     `json:"username,omitempty" yaml:"username" doc:"The user."`
	Password secret.Ref `json:"password,omitzero" yaml:"password" secret:"true" doc:"The user's API token or password, or its place: env:, file:, encrypted:."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a JenkinsAccount) Validate() []error {
	return checks(a.Name, checkURL("address", a.Address, "http", "https"), a.auth().validate())
}

func (a JenkinsAccount) auth() BasicAuth {
	return BasicAuth{Username: a.Username, Password: a.Password}
}

// jenkinsFile fetches jenkins/file: the reference is the path of an archived file, the name
// is the job, and the version the build.
type jenkinsFile struct {
	identity
	*web
	base string
}

func (b *builder) jenkins(config JenkinsAccount) (account, error) {
	base, err := url.Parse(config.Address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the address of the artifact account %s is no URL", config.Name)
	}
	return &jenkinsFile{
		identity: identity{config.Name, []string{"jenkins/file"}}, base: strings.TrimSuffix(config.Address, "/"),
		web: b.newWeb(b.options.Guard, base.Host, basicHeaders(config.auth(), b.options.Secrets)),
	}, nil
}

func (a *jenkinsFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	switch {
	case artifact.Name == "":
		return nil, fault.New(fault.Invalid, "the artifact has no name; set the job's name, such as folder/job")
	case artifact.Version == "":
		return nil, fault.New(fault.Invalid, "the artifact has no version; set the build's number, or lastSuccessfulBuild")
	}
	job, err := escapedPath(jobPath(artifact.Name))
	if err != nil {
		return nil, err
	}
	build, err := escapedPath(artifact.Version)
	if err != nil {
		return nil, err
	}
	file, err := escapedPath(strings.Trim(artifact.Reference, "/"))
	if err != nil {
		return nil, err
	}
	return a.web.get(ctx, a.base+"/job/"+job+"/"+build+"/artifact/"+file, nil, true)
}

// checkConnection asks for what Jenkins tells about itself.
func (a *jenkinsFile) checkConnection(ctx context.Context) (string, error) {
	_, err := a.web.get(ctx, a.base+"/api/json?tree=mode", nil, true)
	return "Jenkins answers", err
}

// jobPath is the path of a job in folders, whose names may stand with or without /job/
// between them.
func jobPath(name string) string {
	parts := strings.Split(strings.Trim(name, "/"), "/")
	if len(parts) > 1 && parts[1] != "job" {
		return strings.Join(parts, "/job/")
	}
	return strings.Join(parts, "/")
}

// escapedPath escapes each part of a path, which must not lead out of where it starts.
func escapedPath(path string) (string, error) {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return "", fault.New(fault.Invalid, "%q is no path of a file: it has an empty part, . or ..", fault.Short(path))
		}
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/"), nil
}
