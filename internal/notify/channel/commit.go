package channel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"time"

	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
)

// GitLabConfig is the channel gitlabStatus.
type GitLabConfig struct {
	Enabled bool       `yaml:"enabled" doc:"If true, statuses are set."`
	Token   secret.Ref `yaml:"token" secret:"true" doc:"Token with the scope api, or its place: env:, file:, encrypted:."`
	BaseURL string     `yaml:"baseUrl" doc:"URL of GitLab. Default: https://gitlab.com."`
}

// BitbucketConfig is the channel bitbucketStatus.
type BitbucketConfig struct {
	Enabled  bool       `yaml:"enabled" doc:"If true, statuses are set."`
	Username string     `yaml:"username" doc:"User name that goes with an app password. Not used with an access token."`
	Token    secret.Ref `yaml:"token" secret:"true" doc:"Access token or app password, or its place: env:, file:, encrypted:."`
	BaseURL  string     `yaml:"baseUrl" doc:"URL of a Bitbucket Server or Data Center. Default: Bitbucket Cloud."`
}

// commits is a channel that sets the statuses of commits.
type commits struct {
	description Description
	parts       Parts
	source      string
	set         func(ctx context.Context, s commitStatus, phase string) error
}

// Describe implements [Channel].
func (c commits) Describe() Description { return c.description }

// SendEvent implements [EventSender].
func (c commits) SendEvent(ctx context.Context, n Notice) error {
	status, ok := statusOf(n, c.parts.BaseURL, c.source)
	if !ok {
		return ErrNothing
	}
	return c.set(ctx, status, n.Event.Phase)
}

var commitPace = Pace{Burst: 10, Every: time.Second}

func newGitLab(c GitLabConfig, parts Parts) Channel {
	states := map[string]string{notify.Starting: "running", notify.Complete: "success", notify.Failed: "failed", notify.Skipped: "success"}
	return commits{
		parts: parts, source: "gitlab",
		description: Description{
			Type: "gitlabStatus", Title: "GitLab commit status", Extension: true, Fields: fields[commitFields](), Pace: commitPace,
			Missing: missing("notifications.gitlabStatus", "enabled", c.Enabled, "token", !c.Token.IsZero()),
		},
		set: func(ctx context.Context, s commitStatus, phase string) error {
			if err := s.check(); err != nil {
				return err
			}
			token, err := reveal(ctx, parts.Secrets, "notifications.gitlabStatus.token", c.Token)
			if err != nil {
				return err
			}
			request, err := post("GitLab", parts.Fixed,
				base(c.BaseURL, "https://gitlab.com")+"/api/v4/projects/"+url.PathEscape(s.repo)+"/statuses/"+url.PathEscape(s.commit),
				object{"state": states[phase], "name": s.context, "target_url": s.link, "description": shorten(s.description, 255)})
			if err != nil {
				return err
			}
			request.header.Set("PRIVATE-TOKEN", token)
			request.hide = []string{token}
			_, err = request.do(ctx)
			return err
		},
	}
}

func newBitbucket(c BitbucketConfig, parts Parts) Channel {
	states := map[string]string{notify.Starting: "INPROGRESS", notify.Complete: "SUCCESSFUL", notify.Failed: "FAILED", notify.Skipped: "SUCCESSFUL"}
	source := "bitbucket"
	if c.BaseURL != "" {
		source = "stash"
	}
	return commits{
		parts: parts, source: source,
		description: Description{
			Type: "bitbucketStatus", Title: "Bitbucket build status", Extension: true, Fields: fields[commitFields](), Pace: commitPace,
			Missing: missing("notifications.bitbucketStatus", "enabled", c.Enabled, "token", !c.Token.IsZero()),
		},
		set: func(ctx context.Context, s commitStatus, phase string) error {
			path, err := s.path()
			if err != nil {
				return err
			}
			token, err := reveal(ctx, parts.Secrets, "notifications.bitbucketStatus.token", c.Token)
			if err != nil {
				return err
			}
			address := "https://api.bitbucket.org/2.0/repositories/" + path + "/commit/" + url.PathEscape(s.commit) + "/statuses/build"
			if c.BaseURL != "" {
				address = base(c.BaseURL, "") + "/rest/build-status/1.0/commits/" + url.PathEscape(s.commit)
			}
			sum := sha256.Sum256([]byte(s.context))
			request, err := post("Bitbucket", parts.Fixed, address, object{
				"state": states[phase], "key": hex.EncodeToString(sum[:16]), "name": shorten(s.context, 255), "url": s.link, "description": shorten(s.description, 255),
			})
			if err != nil {
				return err
			}
			authorization := "Bearer " + token
			if c.Username != "" {
				authorization = "Basic " + basic(c.Username, token)
			}
			request.header.Set("Authorization", authorization)
			request.hide = []string{token, basic(c.Username, token)}
			_, err = request.do(ctx)
			return err
		},
	}
}
