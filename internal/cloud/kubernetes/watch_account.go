package kubernetes

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

const (
	// rediscover is how often a cluster is asked which kinds it serves, besides
	// whenever its CustomResourceDefinitions change.
	rediscover = 10 * time.Minute
	// retryFirst and retryLast bound the pauses between attempts to reach a
	// cluster.
	retryFirst = time.Second
	retryLast  = 30 * time.Second
)

// accountWatch keeps one account's view current.
type accountWatch struct {
	account *account
	store   *mirror.Store
	stalled time.Duration
	// again asks for another look at the kinds that the cluster serves.
	again chan struct{}
	// turned is called when something that is watched breaks or heals.
	turned func()

	mu    sync.Mutex
	conn  *connection             // what the kinds are watched through
	kinds map[string]*runningKind // by group, version and resource
	err   string                  // why the cluster can't be asked
	since time.Time
}

type runningKind struct {
	*kindWatch
	stop context.CancelFunc
	done chan struct{}
}

func newAccountWatch(a *account, store *mirror.Store, stalled time.Duration) *accountWatch {
	return &accountWatch{account: a, store: store, stalled: stalled, again: make(chan struct{}, 1), turned: func() {}, kinds: map[string]*runningKind{}, since: time.Now()}
}

// run watches until the context ends.
func (w *accountWatch) run(ctx context.Context) {
	defer w.stopAll()
	announcing := make(chan struct{})
	go func() {
		defer close(announcing)
		w.store.Announce(ctx)
	}()
	defer func() { <-announcing }()
	pause := retryFirst
	for {
		next := rediscover
		err := w.refresh(ctx)
		if ctx.Err() != nil {
			return
		}
		w.note(err)
		if err == nil {
			pause = retryFirst
		} else {
			next, pause = pause, min(2*pause, retryLast)
		}
		if !w.wait(ctx, next) {
			return
		}
	}
}

// wait ends when it is time for another look, when one is asked for, or when
// the account's kubeconfig has changed; it is false at the end of the context.
func (w *accountWatch) wait(ctx context.Context, next time.Duration) bool {
	timer, ticker := time.NewTimer(next), time.NewTicker(kubeconfigLook)
	defer timer.Stop()
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-w.again:
			return true
		case <-ticker.C:
			if w.account.replaced(w.connection()) {
				return true
			}
		}
	}
}

func (w *accountWatch) connection() *connection {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.conn
}

func (w *accountWatch) note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := ""
	if err != nil {
		text = err.Error()
	}
	if (text == "") != (w.err == "") {
		w.since = time.Now()
		w.turned()
	}
	w.err = text
}

// look asks for another look at what the cluster serves.
func (w *accountWatch) look() {
	select {
	case w.again <- struct{}{}:
	default:
	}
}

// refresh begins to watch the kinds that have come and ends the watches of
// those that have gone.
func (w *accountWatch) refresh(ctx context.Context) error {
	conn, err := w.account.connect()
	if err != nil {
		return err
	}
	if err := conn.resources.refresh(); err != nil {
		return w.account.explain(err, "ask which kinds the cluster serves")
	}
	served, _ := conn.resources.current()
	wanted := w.account.viewed(served)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != conn { // the credentials were read anew
		w.stopKinds()
		w.conn = conn
	}
	for id, running := range w.kinds {
		if id == definitionsID {
			continue
		}
		if _, still := wanted[id]; !still {
			running.stop()
			<-running.done
			w.store.Drop(running.properties.kind.String())
			delete(w.kinds, id)
		}
	}
	for id, r := range wanted {
		if w.kinds[id] == nil {
			w.start(ctx, conn, id, r)
		}
	}
	if crds, ok := definitions(served); ok && w.kinds[definitionsID] == nil {
		w.startDefinitions(ctx, conn, crds)
	}
	return nil
}

func (w *accountWatch) start(ctx context.Context, conn *connection, id string, r resource) {
	k := &kindWatch{
		account: w.account, store: w.store, stalled: w.stalled, resource: r, properties: w.account.properties(kindOf(r.gvk)), look: w.look,
		turned: w.turned,
	}
	if p, ok := gatewayKinds[k.properties.kind.key()]; ok && k.properties.spinnakerKind == unclassified {
		k.properties.spinnakerKind = p
	}
	k.state.Kind = k.properties.kind.String()
	ctx, stop := context.WithCancel(ctx)
	running := &runningKind{kindWatch: k, stop: stop, done: make(chan struct{})}
	w.kinds[id] = running
	go func() {
		defer close(running.done)
		k.run(ctx, conn.watching)
	}()
}

// definitionsID is the key of the watch for kinds that come and go.
const definitionsID = "customresourcedefinitions"

// startDefinitions watches for CustomResourceDefinitions, of which only the
// names matter, where there is a view of them to keep.
func (w *accountWatch) startDefinitions(ctx context.Context, conn *connection, crds resource) {
	ctx, stop := context.WithCancel(ctx)
	running := &runningKind{kindWatch: &kindWatch{account: w.account, properties: properties{kind: kind{name: definitionsID}}}, stop: stop, done: make(chan struct{})}
	w.kinds[definitionsID] = running
	go func() {
		defer close(running.done)
		w.followDefinitions(ctx, conn.metadata, crds)
	}()
}

func (w *accountWatch) followDefinitions(ctx context.Context, client metadata.Interface, crds resource) {
	for ctx.Err() == nil {
		// Without a version the watch begins with what is there now; that makes
		// one look too many.
		watching, err := client.Resource(crds.gvr).Watch(ctx, metav1.ListOptions{AllowWatchBookmarks: true})
		if err == nil {
			settle := time.NewTimer(time.Hour)
			settle.Stop()
			w.drain(ctx, watching.ResultChan(), settle)
			settle.Stop()
			watching.Stop()
		}
		sleep(ctx, retryLast)
	}
}

// drain has another look a moment after definitions have changed: they often
// come by the dozen, and are served a moment later.
func (w *accountWatch) drain(ctx context.Context, events <-chan watch.Event, settle *time.Timer) {
	const moment = 500 * time.Millisecond
	for {
		select {
		case <-ctx.Done():
			return
		case <-settle.C:
			w.look()
		case event, ok := <-events:
			if !ok {
				return
			}
			if event.Type != watch.Bookmark {
				settle.Reset(moment)
			}
		}
	}
}

func (w *accountWatch) stopAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopKinds()
}

func (w *accountWatch) stopKinds() {
	for _, running := range w.kinds {
		running.stop()
	}
	for _, running := range w.kinds {
		<-running.done
	}
	clear(w.kinds)
}

// states are the kinds' states, by kind.
func (w *accountWatch) states() []view.KindState {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]view.KindState, 0, len(w.kinds))
	for _, id := range slices.Sorted(maps.Keys(w.kinds)) {
		if id != definitionsID {
			out = append(out, w.kinds[id].current())
		}
	}
	return out
}

// gatewayKinds are load balancers that Spinnaker doesn't know, and where they
// are shown.
var gatewayKinds = map[string]string{
	"gateway.gateway.networking.k8s.io":   loadBalancers,
	"httproute.gateway.networking.k8s.io": loadBalancers,
	"grpcroute.gateway.networking.k8s.io": loadBalancers,
}

// viewed are the resources that the views show, by an identity of each, of
// those that the cluster serves: one version of each kind.
func (a *account) viewed(served []resource) map[string]resource {
	best := map[string]resource{}
	for _, r := range served {
		k := kindOf(r.gvk)
		p := a.properties(k)
		class := p.spinnakerKind
		if class == unclassified {
			class = gatewayKinds[k.key()]
		}
		switch class {
		case serverGroups, serverGroupManagers, instances, loadBalancers, securityGroups:
		default:
			continue
		}
		if !r.watched || a.allowKind(k) != nil || p.group != "" && p.group != r.gvk.Group || p.group == "" && k.group == "" && r.gvk.Group != "" {
			continue
		}
		if have, ok := best[k.key()]; !ok || r.preferred && !have.preferred {
			best[k.key()] = r
		}
	}
	out := make(map[string]resource, len(best))
	for _, r := range best {
		out[strings.Join([]string{r.gvr.Group, r.gvr.Version, r.gvr.Resource}, "/")] = r
	}
	return out
}

func definitions(served []resource) (resource, bool) {
	i := slices.IndexFunc(served, func(r resource) bool {
		return r.gvk.Group == "apiextensions.k8s.io" && r.gvk.Kind == "CustomResourceDefinition"
	})
	if i < 0 {
		return resource{}, false
	}
	return served[i], true
}

// kindGone tells whether the cluster has no such kind.
func kindGone(err error) bool {
	return apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err)
}

// harmless are the errors that watches end with in the ordinary course.
func harmless(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) ||
		apierrors.IsResourceExpired(err) || apierrors.IsGone(err)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
