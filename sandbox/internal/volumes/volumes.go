// Package volumes plays the part of a storage provider: it makes persistent
// volumes for the claims that ask for them.
package volumes

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	storagelisters "k8s.io/client-go/listers/storage/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/gennaker/gennaker/sandbox/internal/reconcile"
)

const (
	// Class is the name of the default storage class.
	Class = "standard"
	// Provisioner is who storage classes name to get their volumes from here.
	Provisioner = "sandbox.gennaker.io/volumes"
	// Annotation with the value Pending has a claim wait for its volume.
	Annotation = "sandbox.gennaker.io/volume"
	// Pending is that value.
	Pending = "pending"

	defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class"
	provisionedBy          = "pv.kubernetes.io/provisioned-by"
	selectedNode           = "volume.kubernetes.io/selected-node"
)

// Start makes the default storage class, and then volumes in the background
// until ctx ends. Volumes that need a place on disk have it below dir.
func Start(ctx context.Context, client kubernetes.Interface, factory informers.SharedInformerFactory, dir string, log *slog.Logger) error {
	if err := createClass(ctx, client); err != nil {
		return err
	}
	claims, volumes, classes := factory.Core().V1().PersistentVolumeClaims(), factory.Core().V1().PersistentVolumes(), factory.Storage().V1().StorageClasses()
	p := &provisioner{client: client, dir: dir, claims: claims.Lister(), volumes: volumes.Lister(), classes: classes.Lister()}
	p.classesSynced = classes.Informer().HasSynced
	if err := reconcile.Run(ctx, "claims", log, claims.Informer(), p.claim); err != nil {
		return err
	}
	return reconcile.Run(ctx, "volumes", log, volumes.Informer(), p.volume)
}

func createClass(ctx context.Context, client kubernetes.Interface) error {
	reclaim, binding := corev1.PersistentVolumeReclaimDelete, storagev1.VolumeBindingImmediate
	class := &storagev1.StorageClass{
		ObjectMeta:        metav1.ObjectMeta{Name: Class, Annotations: map[string]string{defaultClassAnnotation: "true"}},
		Provisioner:       Provisioner,
		ReclaimPolicy:     &reclaim,
		VolumeBindingMode: &binding,
	}
	_, err := client.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("volumes: storage class: %w", err)
	}
	return nil
}

type provisioner struct {
	client        kubernetes.Interface
	dir           string
	claims        corelisters.PersistentVolumeClaimLister
	volumes       corelisters.PersistentVolumeLister
	classes       storagelisters.StorageClassLister
	classesSynced cache.InformerSynced
}

// claim makes the volume for a claim; Kubernetes itself then binds the two.
func (p *provisioner) claim(ctx context.Context, key string) error {
	namespace, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return err
	}
	claim, err := p.claims.PersistentVolumeClaims(namespace).Get(name)
	if err != nil {
		return ignoreGone(err)
	}
	if claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil ||
		claim.Spec.StorageClassName == nil || *claim.Spec.StorageClassName == "" || // "": from existing volumes only
		claim.Annotations[Annotation] == Pending {
		return nil
	}
	cache.WaitForCacheSync(ctx.Done(), p.classesSynced)
	class, err := p.classes.Get(*claim.Spec.StorageClassName)
	if err != nil {
		return err // the class may still come
	}
	if class.Provisioner != Provisioner {
		return nil
	}
	if waits(class) && claim.Annotations[selectedNode] == "" {
		return nil // no pod wants it yet
	}
	volume := newVolume(claim, class, p.dir)
	if err := makePlace(volume.Spec.HostPath.Path); err != nil {
		return err
	}
	_, err = p.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// makePlace makes a volume's directory writable for every user, as other provisioners
// of local directories do: Kubernetes doesn't give such a volume to a pod's fsGroup.
func makePlace(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("volumes: make a place: %w", err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		return fmt.Errorf("volumes: make a place: %w", err)
	}
	return nil
}

// volume deletes a volume whose claim is gone, as its class asks for.
func (p *provisioner) volume(ctx context.Context, name string) error {
	volume, err := p.volumes.Get(name)
	if err != nil {
		return ignoreGone(err)
	}
	if volume.Annotations[provisionedBy] != Provisioner ||
		volume.Status.Phase != corev1.VolumeReleased ||
		volume.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
		return nil
	}
	return ignoreGone(p.client.CoreV1().PersistentVolumes().Delete(ctx, name, metav1.DeleteOptions{}))
}

// newVolume is the volume that satisfies a claim.
func newVolume(claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, dir string) *corev1.PersistentVolume {
	name := "pvc-" + string(claim.UID)
	kind := corev1.HostPathDirectoryOrCreate
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: Provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:         corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes:      claim.Spec.AccessModes,
			VolumeMode:       claim.Spec.VolumeMode,
			MountOptions:     class.MountOptions,
			StorageClassName: class.Name,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: dir + "/" + name, Type: &kind},
			},
		},
	}
	if class.ReclaimPolicy != nil {
		volume.Spec.PersistentVolumeReclaimPolicy = *class.ReclaimPolicy
	}
	return volume
}

func waits(class *storagev1.StorageClass) bool {
	return class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
