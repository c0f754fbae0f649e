package cluster

import (
	"context"
	"fmt"
	"os"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/sandbox/internal/simulator"
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
func (c *cluster) startControllers(ctx context.Context) error {
	log, err := os.OpenFile(c.layout.path(logDir, "simulator.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return simulator.Start(ctx, simulator.Config{
		Client:      c.client,
		Nodes:       c.options.Nodes,
		KubeletHost: host,
		KubeletPort: 10250,
		Log:         log,
	})
}
