// Package demo shows Gennaker at work: it starts a Kubernetes sandbox and a
// server, has the server run a pipeline that deploys to the sandbox, and shows
// what happens. It uses nothing but the HTTP API that everybody uses.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/server"
)

// Options say how the demo runs.
type Options struct {
	// Sandbox is the path of the sandbox program.
	Sandbox string
	// Listen is the address for the server; empty takes the usual one, or
	// another where that is taken.
	Listen string
	// AutoApprove has the demo answer its manual judgment itself.
	AutoApprove bool
	// Exit ends the demo when the pipeline has ended.
	Exit bool
	// In is read for the person's Enter at the judgment; nil where there is no
	// person.
	In io.Reader
	// Out is where the demo is shown. Width, where set, says that it is a
	// terminal, which can be redrawn, and how wide it is.
	Out   io.Writer
	Width func() int
}

// Run runs the demo until ctx ends, or until the pipeline has ended where
// Exit is set. It leaves nothing behind.
func Run(ctx context.Context, o Options) (err error) {
	dir, err := os.MkdirTemp("", "gennaker-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	d := &demo{Options: o, dir: dir, began: time.Now()}
	defer func() {
		if err == nil || ctx.Err() != nil {
			_ = os.RemoveAll(dir)
			return
		}
		err = fmt.Errorf("%w\n  the logs are in %s", err, dir)
	}()
	err = d.run(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // the person has seen enough
	}
	return err
}

// demo is one run of the demo.
type demo struct {
	Options
	dir    string
	began  time.Time
	client *client
	// enter is told that the person has pressed Enter; nil until asked to.
	enter chan struct{}
}

func (d *demo) run(ctx context.Context) error {
	cluster, err := d.startCluster(ctx)
	if err != nil {
		return err
	}
	defer cluster.stop()

	serverCtx, stopServer := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	address := make(chan string, 1)
	cfg, log, err := d.configure(ctx, cluster)
	if err != nil {
		stopServer()
		return err
	}
	defer log.Close()
	go func() {
		served <- server.Run(serverCtx, cfg, server.Options{Log: log, Ready: func(a string) { address <- a }})
	}()
	// The server goes before the cluster it works on.
	defer func() {
		stopServer()
		if err := <-served; err != nil {
			fmt.Fprintln(d.Out, "The server failed while stopping:", err)
		}
	}()

	select {
	case a := <-address:
		d.client = newClient("http://" + a)
		d.donef("Gennaker is up at %s", d.client.base)
	case err := <-served:
		served <- nil
		return fmt.Errorf("start the server: %w", errors.Join(err, errUnexpectedEnd(err)))
	case <-ctx.Done():
		return ctx.Err()
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-cluster.exited:
			cancel(cluster.failure())
		case <-ctx.Done():
		}
	}()
	if err := d.play(ctx, cluster); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return err
	}
	return nil
}

func errUnexpectedEnd(err error) error {
	if err == nil {
		return errors.New("it exited unexpectedly")
	}
	return nil
}

func (d *demo) startCluster(ctx context.Context) (*sandbox, error) {
	d.doing("Starting a Kubernetes control plane with two simulated nodes ...")
	cluster, err := startSandbox(ctx, d.Sandbox, d.dir)
	if err != nil {
		return nil, err
	}
	d.donef("Kubernetes is up: a real control plane and two simulated nodes")
	return cluster, nil
}

// configure makes the server's configuration, and the file for its log.
func (d *demo) configure(ctx context.Context, cluster *sandbox) (*config.Config, *os.File, error) {
	cfg := config.Default()
	cfg.DataDir = filepath.Join(d.dir, "data")
	cfg.Server.Listen = d.Listen
	if d.Listen == "" {
		cfg.Server.Listen = freeAddress(ctx, config.Default().Server.Listen)
	}
	cfg.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: accountName, KubeconfigFile: cluster.kubeconfig}}
	if err := cfg.Validate(); err != nil {
		return nil, nil, err
	}
	log, err := os.Create(filepath.Join(d.dir, "gennaker.log"))
	if err != nil {
		return nil, nil, fmt.Errorf("make the server's log: %w", err)
	}
	return cfg, log, nil
}

// freeAddress is the address given, or any free one of the loopback interface
// where something listens there already.
func freeAddress(ctx context.Context, usual string) string {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", usual)
	if err != nil {
		return "127.0.0.1:0"
	}
	listener.Close()
	return usual
}

// play makes the application and its pipeline, runs it, and stays.
func (d *demo) play(ctx context.Context, cluster *sandbox) error {
	if err := d.client.createApplication(ctx, application()); err != nil {
		return fmt.Errorf("create the application: %w", err)
	}
	if err := d.client.savePipeline(ctx, pipeline()); err != nil {
		return fmt.Errorf("save the pipeline: %w", err)
	}
	id, err := d.client.startPipeline(ctx, applicationName, pipelineName)
	if err != nil {
		return fmt.Errorf("start the pipeline: %w", err)
	}
	d.donef("Created application %q and pipeline %q, and started execution %s", applicationName, pipelineName, id)
	fmt.Fprintln(d.Out)

	execution, err := d.watch(ctx, cluster, id)
	if err != nil {
		return err
	}
	d.conclude(execution)
	if d.Exit {
		if execution.Status != model.Succeeded {
			return fmt.Errorf("the execution ended with status %s", execution.Status)
		}
		return nil
	}
	fmt.Fprintf(d.Out, "\nGennaker is running at %s. Press Ctrl-C to stop it.\n", d.client.base)
	<-ctx.Done()
	return context.Cause(ctx)
}

// conclude says how it ended.
func (d *demo) conclude(e *model.Execution) {
	took := time.Duration(e.EndTime-e.StartTime) * time.Millisecond
	fmt.Fprintf(d.Out, "\nThe execution ended with status %s after %s, %s after the start of the demo.\n",
		e.Status, seconds(took), seconds(time.Since(d.began)))
	fmt.Fprintf(d.Out, "\nOpen it in a browser:\n\n  %s/ui/applications/%s\n\nOr use the API:\n\n  curl %s/pipelines/%s\n  curl %s/applications/%s/pipelines\n",
		d.client.base, applicationName, d.client.base, e.ID, d.client.base, applicationName)
}

// doing says on a terminal what is going on; donef takes its place.
func (d *demo) doing(text string) {
	if d.Width != nil {
		fmt.Fprint(d.Out, text)
	}
}

func (d *demo) donef(format string, args ...any) {
	if d.Width != nil {
		fmt.Fprint(d.Out, "\r\033[K")
	}
	fmt.Fprintf(d.Out, "%6s  %s\n", seconds(time.Since(d.began)), fmt.Sprintf(format, args...))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }
