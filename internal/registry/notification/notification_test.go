package notification_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry/notification"
)

const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func inPubSub(text string) string {
	return `{"message": {"data": "` + base64.StdEncoding.EncodeToString([]byte(text)) + `", "messageId": "1"}, "subscription": "projects/p/subscriptions/s"}`
}

func inSNS(text string) string {
	return `{"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": ` + quoted(text) + `}`
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

const ecr = `{"source": "aws.ecr", "detail-type": "ECR Image Action", "detail": {"result": "SUCCESS", "repository-name": "acme/cart", "image-digest": "` + digest + `", "action-type": "PUSH", "image-tag": "1.0"}}`

// What each system sends for a push of acme/cart:1.0, by its documentation.
func TestPushes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body       string
		repository string // "acme/cart" if not given
		digest     bool
	}{
		"distribution": {body: `{"events": [
			{"action": "push", "target": {"mediaType": "application/octet-stream", "repository": "acme/cart", "digest": "sha256:aa"}},
			{"action": "pull", "target": {"repository": "acme/cart", "tag": "0.9"}},
			{"action": "delete", "target": {"repository": "acme/cart", "tag": "0.8"}},
			{"action": "push", "target": {"mediaType": "application/vnd.oci.image.index.v1+json", "repository": "acme/cart", "tag": "1.0", "digest": "` + digest + `"}, "request": {"host": "r.example.com"}}]}`, digest: true},
		"Harbor":                {body: `{"type": "PUSH_ARTIFACT", "occur_at": 1, "operator": "ann", "event_data": {"resources": [{"digest": "` + digest + `", "tag": "1.0", "resource_url": "h.example.com/acme/cart:1.0"}], "repository": {"name": "cart", "namespace": "acme", "repo_full_name": "acme/cart", "repo_type": "private"}}}`, digest: true},
		"Harbor as CloudEvents": {body: `{"specversion": "1.0", "type": "harbor.artifact.pushed", "data": {"resources": [{"digest": "` + digest + `", "tag": "1.0"}], "repository": {"name": "cart", "namespace": "acme"}}}`, digest: true},
		"Docker Hub":            {body: `{"push_data": {"tag": "1.0", "pusher": "ann"}, "callback_url": "https://registry.hub.docker.com/x", "repository": {"name": "cart", "namespace": "acme", "repo_name": "acme/cart"}}`},
		"Aliyun":                {body: `{"push_data": {"digest": "` + digest + `", "pushed_at": "2026-01-02", "tag": "1.0"}, "repository": {"name": "cart", "namespace": "acme", "region": "cn-hangzhou", "repo_full_name": "acme/cart"}}`, digest: true},
		"Quay":                  {body: `{"repository": "acme/cart", "namespace": "acme", "name": "cart", "docker_url": "quay.io/acme/cart", "homepage": "https://quay.io/repository/acme/cart", "updated_tags": ["1.0"]}`},
		"an old Quay":           {body: `{"repository": "acme/cart", "docker_url": "quay.io/acme/cart", "updated_tags": {"1.0": "` + digest + `"}}`, digest: true},
		"Google":                {body: inPubSub(`{"action": "INSERT", "digest": "europe-docker.pkg.dev/p/acme/cart@` + digest + `", "tag": "europe-docker.pkg.dev/p/acme/cart:1.0"}`), repository: "p/acme/cart", digest: true},
		"Amazon by EventBridge": {body: ecr, digest: true},
		"Amazon by SNS":         {body: inSNS(ecr), digest: true},
		"Azure":                 {body: `{"id": "1", "action": "push", "target": {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "digest": "` + digest + `", "repository": "acme/cart", "tag": "1.0"}, "request": {"host": "acme.azurecr.io"}}`, digest: true},
		"Azure, a chart":        {body: `{"id": "1", "action": "chart_push", "target": {"repository": "acme/cart", "version": "1.0", "name": "cart"}}`},
		"GitHub":                {body: `{"action": "published", "registry_package": {"name": "cart", "namespace": "Acme", "package_type": "CONTAINER", "package_version": {"version": "` + digest + `", "container_metadata": {"tag": {"name": "1.0", "digest": "` + digest + `"}}, "package_url": "ghcr.io/acme/cart:1.0"}}}`, digest: true},
		"GitHub, package":       {body: `{"action": "updated", "package": {"name": "cart", "namespace": "acme", "package_type": "CONTAINER", "package_version": {"package_url": "ghcr.io/acme/cart:1.0"}}}`},
		"Gitea":                 {body: `{"action": "created", "package": {"id": 1, "type": "container", "name": "cart", "version": "1.0", "owner": {"login": "Acme"}}}`},
		"JFrog":                 {body: `{"domain": "docker", "event_type": "pushed", "data": {"repo_key": "local", "path": "acme/cart/1.0/manifest.json", "name": "manifest.json", "sha256": "` + strings.TrimPrefix(digest, "sha256:") + `", "image_name": "acme/cart", "tag": "1.0"}}`, digest: true},
		"JFrog, an artifact":    {body: `{"domain": "artifact", "event_type": "deployed", "data": {"repo_key": "local", "path": "acme/cart/1.0/manifest.json", "sha256": "` + strings.TrimPrefix(digest, "sha256:") + `"}}`, digest: true},
		"JFrog with its key":    {body: `{"domain": "docker", "event_type": "pushed", "data": {"repo_key": "local", "image_name": "acme/cart", "tag": "1.0"}}`, repository: "local/acme/cart"},
		"Nexus":                 {body: `{"timestamp": "1", "repositoryName": "images", "action": "CREATED", "component": {"format": "docker", "name": "acme/cart", "version": "1.0"}}`},
		"Nexus, an asset":       {body: `{"repositoryName": "images", "action": "UPDATED", "asset": {"format": "docker", "name": "/v2/acme/cart/manifests/1.0"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := notification.Read(notification.Request{Body: []byte(c.body)})
			require.NoError(t, err)
			require.Len(t, got, 1)
			want := c.repository
			if want == "" {
				want = "acme/cart"
			}
			require.Contains(t, got[0].Repositories, want)
			require.Equal(t, "1.0", got[0].Tag)
			if c.digest {
				require.Equal(t, digest, got[0].Digest)
			}
		})
	}
}

// What isn't a push is nothing, whoever sends it.
func TestOtherNotifications(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a blob":               `{"events": [{"action": "push", "target": {"repository": "acme/cart", "digest": "sha256:aa"}}]}`,
		"no events":            `{"events": []}`,
		"events of anything":   `{"events": [1, null, "x", {"action": "push"}]}`,
		"Harbor deletes":       `{"type": "DELETE_ARTIFACT", "event_data": {"resources": [{"tag": "1.0"}], "repository": {"repo_full_name": "acme/cart"}}}`,
		"Harbor scans":         `{"type": "SCANNING_COMPLETED", "event_data": {"resources": [{"tag": "1.0"}], "repository": {"repo_full_name": "acme/cart"}}}`,
		"Google deletes":       inPubSub(`{"action": "DELETE", "tag": "gcr.io/acme/cart:1.0"}`),
		"Google sends nothing": `{"message": {"messageId": "1"}, "subscription": "s"}`,
		"Amazon deletes":       strings.Replace(ecr, `"PUSH"`, `"DELETE"`, 1),
		"Amazon fails":         strings.Replace(ecr, "SUCCESS", "FAILURE", 1),
		"Azure deletes":        `{"action": "delete", "target": {"repository": "acme/cart", "tag": "1.0"}}`,
		"Azure pings":          `{"id": "1", "action": "ping", "target": {}}`,
		"GitHub, npm":          `{"action": "published", "registry_package": {"package_type": "NPM", "package_version": {"version": "1.0"}}}`,
		"GitHub pings":         `{"zen": "Keep it logically awesome.", "hook_id": 1}`,
		"Gitea deletes":        `{"action": "deleted", "package": {"type": "container", "name": "cart", "version": "1.0"}}`,
		"JFrog deletes":        `{"domain": "docker", "event_type": "deleted", "data": {"image_name": "acme/cart", "tag": "1.0"}}`,
		"JFrog, no manifest":   `{"domain": "artifact", "event_type": "deployed", "data": {"path": "com/acme/a.jar"}}`,
		"Nexus deletes":        `{"repositoryName": "images", "action": "DELETED", "component": {"format": "docker", "name": "acme/cart", "version": "1.0"}}`,
		"Nexus, Maven":         `{"repositoryName": "jars", "action": "CREATED", "component": {"format": "maven2", "name": "a", "version": "1.0"}}`,
		"Nexus, by digest":     `{"repositoryName": "images", "action": "CREATED", "asset": {"format": "docker", "name": "v2/acme/cart/manifests/sha256:aa"}}`,
		"something else":       `{"hello": "world"}`,
		"a forged event":       `{"account": "hub", "repository": "acme/cart", "tag": "1.0", "digest": "sha256:aa"}`,
		"SNS confirms":         `{"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?x=1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := notification.Read(notification.Request{Body: []byte(body)})
			require.NoError(t, err)
			require.Empty(t, got)
		})
	}
}

func TestBodiesThatCantBeRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing": "", "blanks": "  ", "HTML": "<html>", "a list": "[1]", "a number": "1", "half": `{"events": [`,
		"not base64": `{"message": {"data": "%%"}, "subscription": "s"}`, "half a message": inSNS("{"),
		"deep": strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
	} {
		_, err := notification.Read(notification.Request{Body: []byte(body)})
		require.Contains(t, []fault.Kind{fault.Invalid, fault.TooLarge}, fault.KindOf(err), name)
	}
}

func TestProof(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	body := []byte(`{"a": 1}`)
	long, short := hmac.New(sha256.New, []byte(secret)), hmac.New(sha1.New, []byte(secret))
	long.Write(body)
	short.Write(body)
	sum256, sum1 := hex.EncodeToString(long.Sum(nil)), hex.EncodeToString(short.Sum(nil))
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	for name, c := range map[string]struct {
		header, value, query string
		want                 bool
	}{
		"a bearer token":     {"Authorization", "Bearer s3cret", "", true},
		"as it is":           {"Authorization", "s3cret", "", true},
		"a password":         {"Authorization", basic("ann", "s3cret"), "", true},
		"a header":           {"X-Gennaker-Token", "s3cret", "", true},
		"JFrog's":            {"X-JFrog-Event-Auth", "s3cret", "", true},
		"JFrog's signature":  {"X-JFrog-Event-Auth", sum256, "", true},
		"the URL":            {"", "", "token=s3cret", true},
		"GitHub's signature": {"X-Hub-Signature-256", "sha256=" + sum256, "", true},
		"Gitea's signature":  {"X-Gitea-Signature", sum256, "", true},
		"Nexus's signature":  {"X-Nexus-Webhook-Signature", strings.ToUpper(sum1), "", true},
		"nothing":            {"", "", "", false},
		"another token":      {"Authorization", "Bearer s3cre", "", false},
		"another password":   {"Authorization", basic("s3cret", "x"), "", false},
		"no base64":          {"Authorization", "Basic %%", "", false},
		"another in the URL": {"", "", "token=S3CRET", false},
		"another signature":  {"X-Hub-Signature-256", "sha256=" + sum1, "", false},
		"an empty signature": {"X-Hub-Signature-256", "sha256=", "", false},
		"SHA-1 for GitHub":   {"X-Hub-Signature", "sha1=" + sum1, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, err := url.ParseQuery(c.query)
			require.NoError(t, err)
			r := notification.Request{Header: http.Header{}, Query: query, Body: body}
			if c.header != "" {
				r.Header.Set(c.header, c.value)
			}
			require.Equal(t, c.want, notification.Proves(r, secret))
			require.False(t, notification.Proves(r, ""))
		})
	}
}

func TestConfirmURL(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1": true,
		"https://sns.cn-north-1.amazonaws.com.cn/?Action=x":                       true,
		"http://sns.eu-west-1.amazonaws.com/":                                     false,
		"https://sns.example.com/":                                                false,
		"https://sns.eu-west-1.amazonaws.com@example.com/":                        false,
		"https://sns.example.com:1#.amazonaws.com/":                               false,
		"https://example.com?sns.x.amazonaws.com/":                                false,
	} {
		got := notification.ConfirmURL(notification.Request{Body: []byte(`{"Type": "SubscriptionConfirmation", "SubscribeURL": ` + quoted(at) + `}`)})
		require.Equal(t, want, got == at, at)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(ecr)
	f.Add(inPubSub(`{"action": "INSERT", "tag": "a/b:1"}`))
	f.Fuzz(func(t *testing.T, body string) {
		pushes, err := notification.Read(notification.Request{Body: []byte(body)})
		if err != nil && len(pushes) > 0 {
			t.Error("both an error and pushes")
		}
	})
}
