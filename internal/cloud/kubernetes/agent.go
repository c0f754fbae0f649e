package kubernetes

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"k8s.io/client-go/rest"

	"github.com/gennaker/gennaker/internal/fault"
)

// agentHost stands for the API server of a cluster with an agent. Nobody looks
// it up.
const agentHost = "http://cluster.agent"

// agentConfig is the way to a cluster by its agent: each connection is one that
// the agent answers, on which plain HTTP is spoken, as what carries it is
// encrypted. It works for connections that exec and its like take over, too.
func (a *account) agentConfig() (*rest.Config, error) {
	dial := a.options.DialAgent
	if dial == nil {
		return nil, fault.New(fault.Unavailable, "account %s uses an agent, but agents can't connect to this server", a.config.Name)
	}
	return &rest.Config{
		Host: agentHost,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, a.config.Name) },
		// No proxy is on the way, whatever the environment says.
		Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
	}, nil
}
