// Package reconcile is the loop that the sandbox's small controllers share.
package reconcile

import (
	"context"
	"fmt"
	"log/slog"

	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// Func brings one object, named by its "namespace/name" key, to where it
// should be. It is called again, after a pause that grows, when it fails.
type Func func(ctx context.Context, key string) error

// Run calls reconcile for every object that an informer sees come or change,
// one at a time, in the background until ctx ends.
func Run(ctx context.Context, name string, log *slog.Logger, informer cache.SharedIndexInformer, reconcile Func) error {
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	add := func(object any) {
		if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object); err == nil {
			queue.Add(key)
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    add,
		UpdateFunc: func(_, object any) { add(object) },
		DeleteFunc: add,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	go func() {
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return
		}
		for {
			key, stop := queue.Get()
			if stop {
				return
			}
			if err := reconcile(ctx, key); err != nil && ctx.Err() == nil {
				log.Warn("will try again", "controller", name, "object", key, "error", err)
				queue.AddRateLimited(key)
			} else {
				queue.Forget(key)
			}
			queue.Done(key)
		}
	}()
	return nil
}
