package cluster

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/textlogger"

	"github.com/gennaker/gennaker/sandbox/internal/kubelet"
	"github.com/gennaker/gennaker/sandbox/internal/loadbalancer"
	"github.com/gennaker/gennaker/sandbox/internal/simulator"
	"github.com/gennaker/gennaker/sandbox/internal/volumes"
)

// createBasics makes the objects that every sandbox has from the start.
func (c *cluster) createBasics(ctx context.Context) error {
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: readOnlyUser},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: readOnlyUser}},
	}
	_, err := c.client.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("cluster: read-only user: %w", err)
	}
	return nil
}

// startControllers starts the parts of the sandbox that run in this process.
func (c *cluster) startControllers(ctx context.Context, ca []byte) error {
	logFile, err := os.OpenFile(c.layout.path(logDir, "sandbox.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	quietLibraries(logFile)
	log := slog.New(slog.NewTextHandler(logFile, nil))

	port, err := kubelet.Start(ctx, kubelet.Config{
		Client:   c.client,
		Host:     host,
		CertFile: c.layout.pki("simulated-kubelet.crt"),
		KeyFile:  c.layout.pki("simulated-kubelet.key"),
		CA:       ca,
		Caller:   kubeletClient,
	})
	if err != nil {
		return err
	}
	if err := simulator.Start(ctx, simulator.Config{
		Client:      c.client,
		Nodes:       c.options.Nodes,
		KubeletHost: host,
		KubeletPort: port,
		Log:         logFile,
	}); err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(c.client, 0)
	addresses := loadbalancer.Range
	if c.node != nil {
		addresses = netip.MustParsePrefix(c.node.LoadBalancerCIDR())
	}
	if err := loadbalancer.Start(ctx, c.client, factory, addresses, log); err != nil {
		return err
	}
	if err := volumes.Start(ctx, c.client, factory, c.layout.path(workDir, "volumes"), log); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	return nil
}

// quietLibraries sends what the Kubernetes client libraries log to a file:
// watches that break when the sandbox stops are no news to its user.
func quietLibraries(w io.Writer) {
	klog.SetLogger(textlogger.NewLogger(textlogger.NewConfig(textlogger.Output(w))))
}
