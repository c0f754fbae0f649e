package agent

import (
	"errors"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Install says how an agent is installed. Server, Account, Token and Image are
// required.
type Install struct {
	Server, Account, Token, Image string
	// Namespace is where the agent runs; gennaker-agent where empty.
	Namespace string
	Limits    Limits
	// Plaintext has it connect without TLS.
	Plaintext bool
	// Authority are the certificates that the server's is checked with, as PEM;
	// the system's where empty.
	Authority string
}

const (
	installName = "gennaker-agent"
	mountPath   = "/etc/gennaker-agent"
)

// Manifest writes the objects that install an agent, in YAML. It may do with
// the kinds that pipelines know what pipelines do, in the namespaces of its
// limits or everywhere.
func (i Install) Manifest() (string, error) {
	if i.Server == "" || i.Account == "" || i.Token == "" || i.Image == "" {
		return "", errors.New("agent: a server, an account, a token and an image are needed")
	}
	if i.Namespace == "" {
		i.Namespace = installName
	}
	meta := i.meta(installName, i.Namespace)
	objects := []any{
		corev1.Namespace{TypeMeta: typeOf("v1", "Namespace"), ObjectMeta: i.meta(i.Namespace, "")},
		corev1.ServiceAccount{TypeMeta: typeOf("v1", "ServiceAccount"), ObjectMeta: meta},
		corev1.Secret{TypeMeta: typeOf("v1", "Secret"), ObjectMeta: meta, StringData: i.files()},
	}
	objects = append(objects, i.roles()...)
	objects = append(objects, i.deployment(meta))
	texts := make([]string, len(objects))
	for n, object := range objects {
		text, err := yamldoc.Marshal(object)
		if err != nil {
			return "", fmt.Errorf("write the manifest: %w", err)
		}
		texts[n] = withoutEmpty(string(text))
	}
	return strings.Join(texts, "---\n"), nil
}

// withoutEmpty leaves out what typed objects write though nobody set it.
func withoutEmpty(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		switch strings.TrimSpace(line) {
		case "status: {}", "spec: {}", "strategy: {}", "status:", "loadBalancer: {}":
			continue
		}
		out.WriteString(line)
	}
	return out.String()
}

func typeOf(version, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: version, Kind: kind}
}

func (i Install) meta(name, namespace string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: map[string]string{
		"app.kubernetes.io/name": installName, "app.kubernetes.io/part-of": "gennaker",
	}}
}

// files are what the agent reads.
func (i Install) files() map[string]string {
	out := map[string]string{"token": i.Token}
	if i.Authority != "" {
		out["ca.crt"] = i.Authority
	}
	return out
}

// roles grant what the agent may do: in the whole cluster, or in each of its
// namespaces, which must be there.
func (i Install) roles() []any {
	version := rbacv1.SchemeGroupVersion.String()
	subjects := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: i.Namespace, Name: installName}}
	granted := kubernetes.Rules(i.Limits.ReadOnly, len(i.Limits.Namespaces) > 0)
	if len(i.Limits.Namespaces) == 0 {
		return []any{
			rbacv1.ClusterRole{TypeMeta: typeOf(version, "ClusterRole"), ObjectMeta: i.meta(installName, ""), Rules: granted},
			rbacv1.ClusterRoleBinding{
				TypeMeta: typeOf(version, "ClusterRoleBinding"), ObjectMeta: i.meta(installName, ""), Subjects: subjects,
				RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: installName},
			},
		}
	}
	var out []any
	for _, namespace := range i.Limits.Namespaces {
		out = append(out,
			rbacv1.Role{TypeMeta: typeOf(version, "Role"), ObjectMeta: i.meta(installName, namespace), Rules: granted},
			rbacv1.RoleBinding{
				TypeMeta: typeOf(version, "RoleBinding"), ObjectMeta: i.meta(installName, namespace), Subjects: subjects,
				RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: installName},
			})
	}
	return out
}

func (i Install) deployment(meta metav1.ObjectMeta) appsv1.Deployment {
	args := []string{"agent", "--server=" + i.Server, "--account=" + i.Account, "--token-file=" + mountPath + "/token"}
	if len(i.Limits.Namespaces) > 0 {
		args = append(args, "--namespaces="+strings.Join(i.Limits.Namespaces, ","))
	}
	if i.Limits.ReadOnly {
		args = append(args, "--read-only")
	}
	if i.Plaintext {
		args = append(args, "--plaintext")
	}
	if i.Authority != "" {
		args = append(args, "--certificate-authority="+mountPath+"/ca.crt")
	}
	one, yes, no := int32(1), true, false
	labels := map[string]string{"app.kubernetes.io/name": installName}
	return appsv1.Deployment{
		TypeMeta: typeOf("apps/v1", "Deployment"), ObjectMeta: meta,
		Spec: appsv1.DeploymentSpec{
			Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					ServiceAccountName: installName,
					SecurityContext: &corev1.PodSecurityContext{
						RunAsNonRoot: &yes, RunAsUser: user(), RunAsGroup: user(), FSGroup: user(),
						SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
					},
					Containers: []corev1.Container{{
						Name: "agent", Image: i.Image, Args: args,
						Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
							corev1.ResourceCPU: resource.MustParse("50m"), corev1.ResourceMemory: resource.MustParse("64Mi"),
						}},
						SecurityContext: &corev1.SecurityContext{
							AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes,
							Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
						},
						VolumeMounts: []corev1.VolumeMount{{Name: "files", MountPath: mountPath, ReadOnly: true}},
					}},
					Volumes: []corev1.Volume{{Name: "files", VolumeSource: corev1.VolumeSource{
						Secret: &corev1.SecretVolumeSource{SecretName: installName},
					}}},
				},
			},
		},
	}
}

// user is nobody's, as most images have it.
func user() *int64 {
	nobody := int64(65534)
	return &nobody
}
