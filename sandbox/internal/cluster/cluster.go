package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"

	"github.com/gennaker/gennaker/sandbox/internal/component"
	"github.com/gennaker/gennaker/sandbox/internal/images"
	"github.com/gennaker/gennaker/sandbox/internal/ports"
	"github.com/gennaker/gennaker/sandbox/internal/process"
	"github.com/gennaker/gennaker/sandbox/internal/realnode"
)

const (
	attempts     = 4                // at finding ports that stay free
	startTimeout = 90 * time.Second // for a machine under heavy load
	stopPatience = 10 * time.Second // when the data are to be kept
)

// Run brings a sandbox up, calls ready once it can be used, and takes it down
// when ctx ends. It returns nil then, and an error when the sandbox could not
// start or one of its components ended on its own.
func Run(ctx context.Context, options Options, ready func(kubeconfig string)) error {
	if err := options.validate(); err != nil {
		return err
	}
	sweep()
	l, err := prepare(options)
	if err != nil {
		return err
	}
	defer l.discard()
	for attempt := 1; ; attempt++ {
		c := &cluster{options: options, layout: l}
		err := c.run(ctx, ready)
		var exit *process.ExitError
		if attempt < attempts && !c.usable && errors.As(err, &exit) && exit.AddressInUse() {
			fmt.Fprintf(options.Log, "a port was taken by another program, trying others\n")
			if !l.keep {
				l.removeRuntimeFiles()
				if err := l.makeDirs(); err != nil {
					return err
				}
			}
			continue
		}
		return err
	}
}

// cluster is one attempt at running a sandbox.
type cluster struct {
	options    Options
	layout     *layout
	addresses  addresses
	supervisor *process.Supervisor
	client     kubernetes.Interface
	node       *realnode.Node // nil without
	began      time.Time
	usable     bool
}

func (c *cluster) run(ctx context.Context, ready func(string)) (err error) {
	c.began = time.Now()
	c.supervisor, err = process.NewSupervisor(c.layout.path(logDir))
	if err != nil {
		return err
	}
	defer c.stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	if err := c.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // asked to end before it was up
		}
		return err
	}
	c.usable = true
	fmt.Fprintf(c.options.Log, "usable after %.1f s; kubeconfig %s\n", time.Since(c.began).Seconds(), c.layout.kubeconfig)
	if c.node != nil {
		fmt.Fprintf(c.options.Log, "registry http://%s, for pods %s\n", c.node.Registry.Address(), images.Host)
	}
	ready(c.layout.kubeconfig)
	select {
	case <-ctx.Done():
		return nil
	case exit := <-c.supervisor.Exits():
		return exit
	}
}

// start brings everything up, in the order in which things need each other.
func (c *cluster) start(ctx context.Context) error {
	deadline, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ca, err := c.prepare()
	if err != nil {
		return err
	}
	if err := c.startServer(ctx, deadline); err != nil {
		return err
	}
	// The server is not ready before it has served for more than a second: time
	// enough to start the scheduler. The controller manager waits for it to be
	// ready in steps of a second, so starting that early would only be slower.
	if err := c.wait(deadline, "answer of the API server", c.serverAnswers); err != nil {
		return err
	}
	if err := c.startComponent(component.Scheduler, schedulerFlags(c.layout)); err != nil {
		return err
	}
	if err := c.wait(deadline, "API server", c.serverReady); err != nil {
		return err
	}
	if err := c.startComponent(component.ControllerManager, controllerManagerFlags(c.layout)); err != nil {
		return err
	}
	if err := c.createBasics(deadline); err != nil {
		return err
	}
	if err := c.startControllers(ctx, ca); err != nil {
		return err
	}
	if err := c.wait(deadline, "default service account", c.serviceAccountReady); err != nil {
		return err
	}
	if err := c.wait(deadline, "nodes", c.nodesReady); err != nil {
		return err
	}
	return c.wait(deadline, "view role", c.viewRoleReady)
}

// prepare finds ports, links the real node, if any, and makes all credentials.
// It returns the certificate of the authority.
func (c *cluster) prepare() (ca []byte, err error) {
	free, err := ports.Free(host, 3)
	if err != nil {
		return nil, err
	}
	c.addresses = addresses{etcdClient: free[0], etcdPeer: free[1], apiServer: free[2]}
	if c.options.RealNode {
		if c.node, err = realnode.New(c.layout.path(workDir, "node"), c.layout.path(logDir), c.layout.dir); err != nil {
			return nil, err
		}
	}
	authority, err := c.writeCredentials()
	if err != nil {
		return nil, err
	}
	c.client, err = newClient(c.layout.kubeconfig)
	return authority.CertPEM, err
}

// startServer starts etcd, the API server, and the real node, which can wait
// for the API server by itself.
func (c *cluster) startServer(ctx, deadline context.Context) error {
	if err := c.startComponent(component.Etcd, etcdFlags(c.layout, c.addresses)); err != nil {
		return err
	}
	// The API server's first failed connection would cost it a second's pause.
	if err := c.wait(deadline, "etcd", c.etcdListens); err != nil {
		return err
	}
	fromPods := ""
	if c.node != nil {
		fromPods = c.node.HostIP()
	}
	if err := c.startComponent(component.APIServer, apiServerFlags(c.layout, c.addresses, fromPods)); err != nil {
		return err
	}
	if c.node == nil {
		return nil
	}
	return c.node.Start(ctx, c.supervisor, fmt.Sprintf("%s:%d", host, c.addresses.apiServer))
}

func (c *cluster) startComponent(name string, flags []string) error {
	_, err := c.supervisor.Start(process.Spec{Name: name, Args: component.Args(name, flags)})
	return err
}

// stop ends all components. Data that nobody will read again need no care.
func (c *cluster) stop() {
	if c.options.Keep {
		c.supervisor.StopAll(stopPatience)
	} else {
		c.supervisor.StopAll(0)
	}
	if c.node == nil {
		return
	}
	if err := c.node.Clean(); err != nil {
		fmt.Fprintln(c.options.Log, err)
	}
}
