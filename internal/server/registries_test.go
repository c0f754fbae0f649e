package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testregistry"
)

// TestARealRegistry: what is pushed to a real registry, which asks for a log-in and tells
// of pushes, starts pipelines, once. The account is one that is added while the server runs.
func TestARealRegistry(t *testing.T) {
	t.Parallel()
	const secret = "secret-of-the-registry"
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
		c.Registries.PollInterval = time.Hour // only what the registry tells of
	})
	host := testregistry.Start(t, testregistry.Options{
		Notify: i.base + "/webhooks/docker/real", Authorization: "Bearer " + secret, User: "ann", Password: "password-of-ann",
	})
	i.object(http.MethodPost, "/credentials", obj{
		"type": "artifacts.docker", "name": "real", "address": "http://" + host, "username": "ann", "password": "password-of-ann", "webhookSecret": secret,
	})
	push := func(tag string) string {
		image, err := random.Image(256, 2)
		require.NoError(t, err)
		ref, err := name.NewTag(host + "/acme/cart:" + tag)
		require.NoError(t, err)
		require.NoError(t, remote.Write(ref, image, remote.WithAuth(&authn.Basic{Username: "ann", Password: "password-of-ann"})))
		digest, err := image.Digest()
		require.NoError(t, err)
		return digest.String()
	}
	push("0.9")
	i.save("deploy", obj{"triggers": objs{obj{
		"type": "docker", "enabled": true, "id": "deploy", "account": "real", "repository": "acme/cart", "tag": `\d+\.\d+`,
	}}}, flowStage("wait", "1", obj{"waitTime": 0}))
	// It was looked at when the image that was there is known.
	require.Eventually(t, func() bool {
		_, answer := i.call(http.MethodGet, "/images/find?provider=dockerRegistry&account=real", nil)
		found := model.Objects(obj{"list": answer}, "list")
		return len(found) == 1 && model.String(found[0], "tag") == "0.9"
	}, time.Minute, 20*time.Millisecond)
	require.Empty(t, i.started("deploy"))

	first := push("1.0")
	require.Eventually(t, func() bool { return len(i.started("deploy")) == 1 }, time.Minute, 20*time.Millisecond)
	push("latest")
	again := push("1.0")
	require.Eventually(t, func() bool { return len(i.started("deploy")) == 2 }, time.Minute, 20*time.Millisecond)
	var digests []string
	for _, run := range i.started("deploy") {
		trigger := model.Object(run, "trigger")
		require.Equal(t, "1.0", model.String(trigger, "tag"))
		digests = append(digests, model.String(trigger, "digest"))
		require.Equal(t, host+"/acme/cart:1.0", model.String(model.Objects(trigger, "artifacts")[0], "reference"))
	}
	require.ElementsMatch(t, []string{first, again}, digests)

	// What differs says why, and what is forged is nothing.
	status, _ := i.call(http.MethodPost, "/webhooks/docker/real", obj{"events": objs{obj{"action": "push", "target": obj{"repository": "acme/cart", "tag": "6.6"}}}})
	require.Equal(t, http.StatusForbidden, status)
	require.Eventually(t, func() bool {
		_, answer := i.call(http.MethodGet, "/triggers/events?type=docker&started=false", nil)
		for _, one := range model.Objects(obj{"list": answer}, "list") {
			event := i.object(http.MethodGet, "/triggers/events/"+model.String(one, "id"), nil)
			for _, d := range model.Objects(event, "decisions") {
				if reason := model.String(d, "reason"); strings.HasPrefix(reason, "tag: ") && strings.HasSuffix(reason, `the event has "latest"`) {
					return true
				}
			}
		}
		return false
	}, time.Minute, 20*time.Millisecond)
	require.Len(t, i.started("deploy"), 2)
}
