package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// pollEvery is short because a whole start takes only a few seconds.
const pollEvery = 10 * time.Millisecond

// newClient returns an unlimited client for a kubeconfig.
func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	config.QPS = -1
	config.UserAgent = "gennaker-sandbox"
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	config.WarningHandler = rest.NoWarnings{}
	return kubernetes.NewForConfig(config)
}

// wait polls until a condition holds, a component ends, or ctx does.
func (c *cluster) wait(ctx context.Context, what string, holds func(context.Context) error) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		// Bounded, for a component that accepts connections and then hangs.
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := holds(attempt)
		cancel()
		if err == nil {
			if c.options.Verbose {
				fmt.Fprintf(c.options.Log, "%.2f s: %s\n", time.Since(c.began).Seconds(), what)
			}
			return nil
		}
		select {
		case exit := <-c.supervisor.Exits():
			return exit
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("%s: not there after %s: %w", what, startTimeout, err)
			}
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func (c *cluster) etcdListens(ctx context.Context) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("%s:%d", host, c.addresses.etcdClient))
	if err != nil {
		return err
	}
	return conn.Close()
}

func (c *cluster) serverAnswers(ctx context.Context) error {
	_, err := c.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	return err
}

func (c *cluster) serverReady(ctx context.Context) error {
	return c.client.CoreV1().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

// serviceAccountReady: pods are refused before it exists.
func (c *cluster) serviceAccountReady(ctx context.Context) error {
	_, err := c.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
	return err
}

// nodesReady: ready, and open to pods; every new node is closed at first.
func (c *cluster) nodesReady(ctx context.Context) error {
	nodes, err := c.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	want := c.options.Nodes
	if c.node != nil {
		want++
	}
	if len(nodes.Items) < want {
		return fmt.Errorf("%d of %d nodes", len(nodes.Items), want)
	}
	for _, node := range nodes.Items {
		if !ready(node) {
			return fmt.Errorf("node %s is not ready", node.Name)
		}
		if len(node.Spec.Taints) > 0 {
			return fmt.Errorf("node %s takes no pods yet", node.Name)
		}
	}
	return nil
}

func ready(node corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// viewRoleReady: the role of the read-only user is put together by a controller.
func (c *cluster) viewRoleReady(ctx context.Context) error {
	role, err := c.client.RbacV1().ClusterRoles().Get(ctx, "view", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if len(role.Rules) == 0 {
		return errors.New("the role is empty")
	}
	return nil
}
