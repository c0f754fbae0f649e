package server_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/agent"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// TestAgentServesAllProcesses connects an agent to one process of two, and works
// with its cluster by way of the other one, which has the engine alone.
func TestAgentServesAllProcesses(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	own, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	dsn := testpostgres.New(t)
	front := start(t, func(c *config.Config) { c.Database.URL, c.Roles = dsn, []config.Role{config.RoleAPI} })
	start(t, func(c *config.Config) { c.Database.URL, c.Roles = dsn, []config.Role{config.RoleEngine} })

	front.object("POST", "/credentials", map[string]any{"type": "kubernetes", "name": "edge", "agent": true})
	token := model.String(front.object("POST", "/credentials/edge/agent/tokens", nil), "token")
	at, err := url.Parse(front.base)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := agent.NewProxy(own, agent.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() {
		done <- agent.Run(ctx, agent.Options{
			Server: at, Account: "edge", Handler: proxy, MinPause: 10 * time.Millisecond,
			Token: func() (string, error) { return token, nil },
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	testkube.Eventually(t, 2*time.Minute, func() string {
		if status := front.object("GET", "/credentials/edge/agent", nil); status["connected"] != true {
			return fmt.Sprintf("the agent is not connected: %v", status)
		}
		return ""
	})
	deployConfigMap(t, front, "edge", cluster.Namespace(t), "settings")
}
