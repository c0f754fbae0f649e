package kubernetes

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

const (
	// stalledAfter is how long a watch may be silent before it is begun anew.
	// API servers send a bookmark every minute.
	stalledAfter = 3 * time.Minute
	// listTimeout is how long one page of a list may take.
	listTimeout = time.Minute
)

// kindWatch keeps the objects of one kind in the account's view.
type kindWatch struct {
	account    *account
	store      *mirror.Store
	stalled    time.Duration
	resource   resource
	properties properties
	// look is called where the cluster may not serve the kind any more, or not
	// take the credentials.
	look func()
	// turned is called when the watch breaks or heals.
	turned func()

	mu    sync.Mutex
	state view.KindState
	lists map[string]bool // namespaces whose first list has come
}

// run watches until the context ends, each namespace that the account is
// limited to on its own.
func (k *kindWatch) run(ctx context.Context, client dynamic.Interface) {
	namespaces := k.account.config.Namespaces
	if len(namespaces) == 0 || !k.resource.namespaced {
		namespaces = []string{metav1.NamespaceAll}
	}
	k.mu.Lock()
	k.lists = make(map[string]bool, len(namespaces))
	for _, namespace := range namespaces {
		k.lists[namespace] = false
	}
	k.mu.Unlock()
	var wg sync.WaitGroup
	for _, namespace := range namespaces {
		wg.Go(func() { k.follow(ctx, client, namespace) })
	}
	wg.Wait()
}

func (k *kindWatch) follow(ctx context.Context, client dynamic.Interface, namespace string) {
	var from dynamic.ResourceInterface = client.Resource(k.resource.gvr)
	if namespace != "" {
		from = client.Resource(k.resource.gvr).Namespace(namespace)
	}
	lw := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			ctx, cancel := context.WithTimeout(ctx, listTimeout)
			defer cancel()
			page, err := from.List(ctx, o)
			if err != nil {
				k.failed(ctx, err)
				return nil, err
			}
			return k.trimList(page), nil
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			// The server is told to end the watch in time; this is for one that doesn't.
			w, err := from.Watch(ctx, o)
			if err != nil {
				k.failed(ctx, err) // some errors are retried without another word
				return nil, err
			}
			k.healed()
			return newTrimmed(w, k), nil
		},
	}
	reflector := cache.NewReflectorWithOptions(
		cache.ToListWatcherWithWatchListSemantics(lw, client), nil, kindSink{k, namespace},
		cache.ReflectorOptions{Name: k.account.config.Name, TypeDescription: k.resource.gvr.Resource})
	reflector.WatchListPageSize = pageSize
	pause := retryFirst
	for ctx.Err() == nil {
		began := time.Now()
		err := reflector.ListAndWatchWithContext(ctx)
		if err == nil || harmless(err) || time.Since(began) > retryLast {
			pause = retryFirst
		}
		k.failed(ctx, err)
		sleep(ctx, wait.Jitter(pause, 1))
		pause = min(2*pause, retryLast)
	}
}

// failed notes why the watch broke, if it did; it is begun anew after a while.
func (k *kindWatch) failed(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil || harmless(err) {
		return
	}
	if kindGone(err) || apierrors.IsUnauthorized(err) {
		defer k.look()
	}
	explained := k.account.explain(err, "watch "+k.resource.gvr.Resource)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state.Error == "" {
		now := time.Now()
		k.state.Since = &now
		k.turned()
	}
	k.state.Error = explained.Error()
}

func (k *kindWatch) healed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	if k.state.Error != "" {
		k.turned()
	}
	k.state.Error, k.state.Since, k.state.Heard = "", nil, &now
}

func (k *kindWatch) heard() {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	k.state.Heard = &now
}

func (k *kindWatch) synced(namespace string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	k.lists[namespace] = true
	k.state.Heard = &now
	for _, done := range k.lists {
		if !done {
			return
		}
	}
	k.state.Synced = true
}

func (k *kindWatch) current() view.KindState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// kindSink is where a reflector puts objects, trimmed before.
type kindSink struct {
	watch     *kindWatch
	namespace string
}

func (s kindSink) put(object any) error {
	if t, ok := object.(*trimmedObject); ok {
		if t.object == nil { // not to be shown, or not any more
			s.watch.store.Remove(s.watch.key(t))
		} else {
			s.watch.store.Put(t.object)
		}
	}
	return nil
}

// Add implements [cache.ReflectorStore].
func (s kindSink) Add(object any) error { return s.put(object) }

// Update implements [cache.ReflectorStore].
func (s kindSink) Update(object any) error { return s.put(object) }

// Delete implements [cache.ReflectorStore].
func (s kindSink) Delete(object any) error {
	if t, ok := object.(*trimmedObject); ok {
		s.watch.store.Remove(s.watch.key(t))
	}
	return nil
}

// Replace implements [cache.ReflectorStore].
func (s kindSink) Replace(list []any, _ string) error {
	objects := make([]*mirror.Object, 0, len(list))
	for _, object := range list {
		if t, ok := object.(*trimmedObject); ok && t.object != nil {
			objects = append(objects, t.object)
		}
	}
	s.watch.store.Replace(s.watch.properties.kind.String(), s.namespace, objects)
	s.watch.synced(s.namespace)
	return nil
}

// Resync implements [cache.ReflectorStore].
func (s kindSink) Resync() error { return nil }

func (k *kindWatch) key(t *trimmedObject) mirror.Key {
	return mirror.Key{Kind: k.properties.kind.String(), Namespace: t.Namespace, Name: t.Name}
}

// trimmedObject is what a reflector sees of an object: what it needs itself,
// and what the view keeps.
type trimmedObject struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	object *mirror.Object // nil where the view doesn't show it
}

// DeepCopyObject implements [runtime.Object]; trimmed objects don't change.
func (t *trimmedObject) DeepCopyObject() runtime.Object { return t }

// GetObjectKind implements [runtime.Object].
func (t *trimmedObject) GetObjectKind() schema.ObjectKind { return &t.TypeMeta }

// trimmedList is a page of them.
type trimmedList struct {
	metav1.TypeMeta
	metav1.ListMeta
	Items []runtime.Object
}

// DeepCopyObject implements [runtime.Object].
func (l *trimmedList) DeepCopyObject() runtime.Object { return l }

// GetObjectKind implements [runtime.Object].
func (l *trimmedList) GetObjectKind() schema.ObjectKind { return &l.TypeMeta }

func (k *kindWatch) trim(o *unstructured.Unstructured) *trimmedObject {
	t := &trimmedObject{ObjectMeta: metav1.ObjectMeta{
		Name: o.GetName(), Namespace: o.GetNamespace(), ResourceVersion: o.GetResourceVersion(),
	}}
	if object, ok := k.account.trim(o, k.properties); ok {
		t.object = object
	}
	return t
}

func (k *kindWatch) trimList(page *unstructured.UnstructuredList) *trimmedList {
	out := &trimmedList{Items: make([]runtime.Object, len(page.Items))}
	out.ResourceVersion, out.Continue = page.GetResourceVersion(), page.GetContinue()
	out.RemainingItemCount = page.GetRemainingItemCount()
	for i := range page.Items {
		out.Items[i] = k.trim(&page.Items[i])
	}
	return out
}

// trimmed is a watch whose objects are trimmed as they come, and that ends when
// the server has been silent for too long.
type trimmed struct {
	from   watch.Interface
	result chan watch.Event
	done   chan struct{}
	once   sync.Once
}

func newTrimmed(from watch.Interface, k *kindWatch) *trimmed {
	t := &trimmed{from: from, result: make(chan watch.Event), done: make(chan struct{})}
	go t.run(k)
	return t
}

// Stop implements [watch.Interface].
func (t *trimmed) Stop() { t.once.Do(func() { close(t.done); t.from.Stop() }) }

// ResultChan implements [watch.Interface].
func (t *trimmed) ResultChan() <-chan watch.Event { return t.result }

func (t *trimmed) run(k *kindWatch) {
	defer close(t.result)
	defer t.Stop()
	silence := time.NewTimer(k.stalled)
	defer silence.Stop()
	for {
		select {
		case <-t.done:
			return
		case <-silence.C:
			return
		case event, ok := <-t.from.ResultChan():
			if !ok {
				return
			}
			k.heard()
			silence.Reset(k.stalled)
			if o, ok := event.Object.(*unstructured.Unstructured); ok && event.Type != watch.Bookmark && event.Type != watch.Error {
				event.Object = k.trim(o)
			}
			select {
			case t.result <- event:
			case <-t.done:
				return
			}
		}
	}
}
