package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// gitHub is the channel githubStatus.
type gitHub struct {
	config GitHubConfig
	parts  Parts
}

func newGitHub(c GitHubConfig, parts Parts) *gitHub { return &gitHub{c, parts} }

type commitFields struct {
	Repo   string `json:"repo" doc:"Repository, as owner/name. Default: the one that triggered the pipeline. Can contain expressions."`
	Commit string `json:"commit" doc:"Commit. Default: the one that triggered the pipeline. Can contain expressions."`
}

// Describe implements [Channel].
func (g *gitHub) Describe() Description {
	return Description{
		Type: "githubStatus", Title: "GitHub commit status", Fields: fields[commitFields](), Pace: Pace{Burst: 10, Every: time.Second},
		Missing: missing("github-status", "enabled", g.config.Enabled, "token", !g.config.Token.IsZero()),
	}
}

// SendEvent implements [EventSender].
func (g *gitHub) SendEvent(ctx context.Context, n Notice) error {
	status, ok := statusOf(n, g.parts.BaseURL, "github")
	if !ok {
		return ErrNothing
	}
	path, err := status.path()
	if err != nil {
		return err
	}
	token, err := reveal(ctx, g.parts.Secrets, "github-status.token", g.config.Token)
	if err != nil {
		return err
	}
	repo := base(g.config.Endpoint, "https://api.github.com") + "/repos/" + path
	commit := g.merged(ctx, repo, status.commit, token)
	c, err := post("GitHub", g.parts.Fixed, repo+"/statuses/"+url.PathEscape(commit), map[string]any{
		"state": gitHubStates[n.Event.Phase], "target_url": status.link, "description": status.description, "context": status.context,
	})
	if err != nil {
		return err
	}
	c.header.Set("Authorization", "token "+token)
	c.hide = []string{token}
	_, err = c.do(ctx)
	return err
}

// gitHubStates are the states by phase. GitHub has none for what was skipped, and a
// required check must not wait for it for ever.
var gitHubStates = map[string]string{
	notify.Starting: "pending", notify.Complete: "success", notify.Failed: "failure", notify.Skipped: "success",
}

// mergeOf is the message of the commit that a build system makes of a pull request to
// try the merge.
var mergeOf = regexp.MustCompile(`^Merge ([0-9a-f]{5,40}) into [0-9a-f]{5,40}$`)

// merged is the commit that people see: that of the pull request, if this one is a
// merge of it that was only made to be built.
func (g *gitHub) merged(ctx context.Context, repo, commit, token string) string {
	c := call{
		service: "GitHub", client: g.parts.Fixed, method: http.MethodGet, url: repo + "/commits/" + url.PathEscape(commit),
		header: http.Header{"Authorization": {"token " + token}}, hide: []string{token},
	}
	answer, err := c.do(ctx)
	if err != nil {
		return commit
	}
	var read struct {
		Commit struct {
			Message string `json:"message"`
		} `json:"commit"`
	}
	if json.Unmarshal(answer.body, &read) != nil {
		return commit
	}
	if match := mergeOf.FindStringSubmatch(read.Commit.Message); match != nil {
		return match[1]
	}
	return commit
}

// commitStatus is what a commit's page says of an execution.
type commitStatus struct{ repo, commit, link, description, context string }

// segment is what an owner, a repository and a commit look like: users give them, and
// the token goes to no other path.
var segment = regexp.MustCompile(`^[0-9A-Za-z_~-][0-9A-Za-z._~-]*$`)

// check tells whether the commit can be one.
func (s commitStatus) check() error {
	if !segment.MatchString(s.commit) {
		return fault.New(fault.Invalid, "commit: %q can't be a commit", fault.Short(s.commit))
	}
	return nil
}

// path is the repository as owner/name, for a URL.
func (s commitStatus) path() (string, error) {
	owner, name, found := strings.Cut(s.repo, "/")
	if !found || !segment.MatchString(owner) || !segment.MatchString(name) {
		return "", fault.New(fault.Invalid, "repo: must be owner/name, not %q", fault.Short(s.repo))
	}
	return owner + "/" + name, s.check()
}

// statusOf is the status that an event gives to the commit that triggered its
// execution; false if none did. source is the kind of host whose triggers count.
func statusOf(n Notice, baseURL, source string) (commitStatus, bool) {
	e := n.Event
	s := commitStatus{repo: model.String(n.Settings, "repo"), commit: model.String(n.Settings, "commit")}
	repo, commit := triggered(e.Execution.Trigger, source)
	if s.repo == "" {
		s.repo = repo
	}
	if s.commit == "" {
		s.commit = commit
	}
	if s.repo == "" || s.commit == "" || e.Execution.Name == "" || e.Execution.ID == "" {
		return s, false
	}
	s.link = e.Link(baseURL) + "?pipeline=" + e.Execution.Name
	switch e.Kind {
	case notify.Pipeline:
		s.description = fmt.Sprintf("Pipeline '%s' is %s", e.Execution.Name, e.Phase)
		s.context = "pipeline/" + e.Execution.Name
	case notify.Stage:
		at := slices.Index(e.Execution.Stages, e.StageName())
		if at < 0 {
			return s, false
		}
		s.link += fmt.Sprintf("&stage=%d", at)
		s.description = fmt.Sprintf("Stage '%s' in pipeline '%s' is %s", e.StageName(), e.Execution.Name, e.Phase)
		s.context = "stage/" + e.StageName()
	default:
		return s, false
	}
	return s, true
}

// triggered is the repository and the commit that triggered an execution: by a push to
// a host of that kind, or by a build.
func triggered(trigger map[string]any, source string) (repo, commit string) {
	if model.String(trigger, "type") == "git" && model.String(trigger, "source") == source {
		project, slug := model.String(trigger, "project"), model.String(trigger, "slug")
		if project == "" || slug == "" {
			return "", ""
		}
		return project + "/" + slug, model.String(trigger, "hash")
	}
	info := model.Object(trigger, "buildInfo")
	for _, scm := range model.Objects(info, "scm") {
		commit = model.String(scm, "sha1")
		break
	}
	return model.String(info, "name"), commit
}
