// Package loadbalancer plays the part of a cloud: it gives addresses to
// services of type LoadBalancer and to ingresses. What they lead to, if
// anything, is not its business.
package loadbalancer

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/gennaker/gennaker/sandbox/internal/reconcile"
)

// Annotation, with the value Pending, keeps a service or an ingress waiting
// for its address.
const (
	Annotation = "sandbox.gennaker.io/load-balancer"
	Pending    = "pending"
)

// Range are addresses that no machine on the Internet has: they are set aside
// for benchmarks.
var Range = netip.MustParsePrefix("198.18.0.0/15")

// Start assigns addresses of a range in the background until ctx ends.
func Start(ctx context.Context, client kubernetes.Interface, factory informers.SharedInformerFactory, addresses netip.Prefix, log *slog.Logger) error {
	services, ingresses := factory.Core().V1().Services(), factory.Networking().V1().Ingresses()
	c := &controller{client: client, services: services.Lister(), ingresses: ingresses.Lister(), pool: newPool(addresses)}
	if err := reconcile.Run(ctx, "services", log, services.Informer(), c.service); err != nil {
		return err
	}
	return reconcile.Run(ctx, "ingresses", log, ingresses.Informer(), c.ingress)
}

type controller struct {
	client    kubernetes.Interface
	services  corelisters.ServiceLister
	ingresses networkinglisters.IngressLister
	pool      *pool
}

func (c *controller) service(ctx context.Context, key string) error {
	namespace, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return err
	}
	service, err := c.services.Services(namespace).Get(name)
	if apierrors.IsNotFound(err) {
		c.pool.release("service/" + key)
		return nil
	}
	if err != nil {
		return err
	}
	wanted := service.Spec.Type == corev1.ServiceTypeLoadBalancer && service.Spec.LoadBalancerClass == nil
	var want []corev1.LoadBalancerIngress
	if wanted {
		if service.Annotations[Annotation] == Pending {
			return nil
		}
		ip, err := c.pool.take("service/"+key, service.Spec.LoadBalancerIP, firstIP(service.Status.LoadBalancer.Ingress))
		if err != nil {
			return err
		}
		mode := corev1.LoadBalancerIPModeVIP
		want = []corev1.LoadBalancerIngress{{IP: ip, IPMode: &mode}}
	} else {
		c.pool.release("service/" + key)
		if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
			return nil // somebody else's
		}
	}
	if slices.EqualFunc(want, service.Status.LoadBalancer.Ingress, func(a, b corev1.LoadBalancerIngress) bool { return a.IP == b.IP }) {
		return nil
	}
	service = service.DeepCopy()
	service.Status.LoadBalancer.Ingress = want
	_, err = c.client.CoreV1().Services(namespace).UpdateStatus(ctx, service, metav1.UpdateOptions{})
	return ignoreGone(err)
}

func (c *controller) ingress(ctx context.Context, key string) error {
	namespace, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		return err
	}
	ingress, err := c.ingresses.Ingresses(namespace).Get(name)
	if apierrors.IsNotFound(err) {
		c.pool.release("ingress/" + key)
		return nil
	}
	if err != nil {
		return err
	}
	if ingress.Annotations[Annotation] == Pending {
		return nil
	}
	current := ""
	if len(ingress.Status.LoadBalancer.Ingress) > 0 {
		current = ingress.Status.LoadBalancer.Ingress[0].IP
	}
	ip, err := c.pool.take("ingress/"+key, "", current)
	if err != nil || ip == current {
		return err
	}
	ingress = ingress.DeepCopy()
	ingress.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{IP: ip}}
	_, err = c.client.NetworkingV1().Ingresses(namespace).UpdateStatus(ctx, ingress, metav1.UpdateOptions{})
	return ignoreGone(err)
}

func firstIP(list []corev1.LoadBalancerIngress) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].IP
}

// ignoreGone drops the error of an object that was deleted in the meantime.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("load balancer: %w", err)
	}
	return nil
}
