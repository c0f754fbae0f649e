package kubernetes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
)

// What keeps an object from becoming stable is found where it is: in the pods of the
// revision that is being rolled out, in the events of who should make them, or in
// the object itself. What won't pass by itself is lasting.
func TestTroubles(t *testing.T) {
	t.Parallel()
	pod := func(name, owner, labels, status string) string {
		return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `, labels: {` + labels + `}, ownerReferences: [{uid: uid-of-` + owner + `}], creationTimestamp: "2024-01-02T03:00:00Z"}, spec: {nodeName: node-1, containers: [{name: web, image: "shop/web:1"}]}, status: ` + status + `}`
	}
	event := func(reason, message, at string) string {
		return `{apiVersion: v1, kind: Event, metadata: {name: e-` + strings.ToLower(reason) + at[14:16] + `}, reason: ` + reason + `, type: Warning, message: "` + message + `", lastTimestamp: "2024-01-02T` + at[11:] + `"}`
	}
	deployment := `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, annotations: {deployment.kubernetes.io/revision: "2"}}, spec: {}}`
	set := func(revision string) string {
		return `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-` + revision + `, annotations: {deployment.kubernetes.io/revision: "` + revision + `"}, ownerReferences: [{uid: uid-of-web}]}, spec: {}}`
	}
	const (
		pulling  = `{containerStatuses: [{name: web, state: {waiting: {reason: ImagePullBackOff, message: not found}}}]}`
		crashing = `{containerStatuses: [{name: web, restartCount: 5, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}`
		unready  = `{phase: Running, containerStatuses: [{name: web, ready: false, state: {running: {}}}]}`
		creating = `{containerStatuses: [{name: web, state: {waiting: {reason: ContainerCreating}}}]}`
		fine     = `{phase: Running, containerStatuses: [{name: web, ready: true, state: {running: {}}}]}`
	)
	for name, c := range map[string]struct {
		of      string
		objects []string
		want    []string // "!" begins what lasts
	}{
		"nothing is wrong": {"deployment web", []string{deployment, set("2"), pod("p", "web-2", "", fine)}, nil},
		"an image": {"deployment web", []string{deployment, set("2"), pod("p", "web-2", "", pulling)},
			[]string{`!container "web" of pod "p" can't get its image "shop/web:1": ImagePullBackOff: not found`}},
		"the same in two pods": {"deployment web", []string{deployment, set("2"), pod("p", "web-2", "", pulling), pod("q", "web-2", "", pulling)},
			[]string{`!container "web" of pod "p" can't get its image "shop/web:1": ImagePullBackOff: not found (and 1 more pod)`}},
		"of an older revision": {"deployment web", []string{deployment, set("1"), set("2"), pod("p", "web-1", "", pulling)}, nil},
		"a crash":              {"replicaSet web-2", []string{set("2"), pod("p", "web-2", "", crashing)}, []string{`!container "web" of pod "p" crashes again and again (CrashLoopBackOff): it ended with exit code 1 (Error); it was restarted 5 times`}},
		"not ready, and why": {"replicaSet web-2", []string{set("2"), pod("p", "web-2", "", unready), event("Unhealthy", "probe failed", "2024-01-02T03:04:00Z")},
			[]string{`container "web" of pod "p" runs but is not ready: probe failed`}},
		"an old event tells nothing": {"replicaSet web-2", []string{set("2"), pod("p", "web-2", "", unready), event("Unhealthy", "probe failed", "2024-01-02T01:04:00Z")},
			[]string{`container "web" of pod "p" runs but is not ready`}},
		"a volume that isn't": {"pod p", []string{pod("p", "x", "", creating), event("FailedMount", "configmap settings not found", "2024-01-02T03:04:00Z")},
			[]string{`!container "web" of pod "p" is being created: configmap settings not found`}},
		"a volume that is late": {"pod p", []string{pod("p", "x", "", creating), event("FailedMount", "timed out", "2024-01-02T03:04:00Z")},
			[]string{`container "web" of pod "p" is being created: timed out`}},
		"pods that may not be": {"deployment web", []string{strings.Replace(deployment, "spec: {}", `spec: {}, status: {conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: exceeded quota}]}`, 1)},
			[]string{"!pods can't be created: FailedCreate: exceeded quota"}},
		"a pause": {"deployment web", []string{strings.Replace(deployment, "spec: {}", "spec: {paused: true}", 1)}, []string{"the rollout is paused"}},
		"a StatefulSet that can't": {"statefulSet db", []string{`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 1}, status: {replicas: 0}}`, event("FailedCreate", "no claim", "2024-01-02T03:04:00Z")},
			[]string{"!pods can't be created: no claim"}},
		"a StatefulSet that could meanwhile": {"statefulSet db", []string{`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 2}, status: {replicas: 1}}`,
			pod("db-0", "db", "", fine), event("FailedCreate", "no claim", "2024-01-02T02:59:00Z")}, nil},
		"a pod that is to be replaced": {"statefulSet db", []string{`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 1}, status: {replicas: 1, updateRevision: new}}`,
			pod("db-0", "db", "controller-revision-hash: old", pulling)}, []string{`container "web" of pod "db-0" can't get its image "shop/web:1": ImagePullBackOff: not found`}},
		"a Job may crash": {"job sweep", []string{`{apiVersion: batch/v1, kind: Job, metadata: {name: sweep}}`, pod("p", "sweep", "", crashing)},
			[]string{`container "web" of pod "p" crashes again and again (CrashLoopBackOff): it ended with exit code 1 (Error); it was restarted 5 times`}},
		"anything else by its warnings": {"Gadget.example.com one", []string{`{apiVersion: example.com/v1, kind: Gadget, metadata: {name: one}}`, event("Broken", "it broke", "2024-01-02T03:04:00Z")},
			[]string{"Broken: it broke"}},
	} {
		l := newLab(t, Options{}, c.objects...)
		found, err := l.Troubles(t.Context(), "sim", "ns", c.of)
		require.NoError(t, err, name)
		var got []string
		for _, trouble := range found {
			mark := ""
			if trouble.Lasting {
				mark = "!"
			}
			got = append(got, mark+trouble.Message)
		}
		require.Equal(t, c.want, got, name)
	}
	l := newLab(t, Options{})
	_, err := l.Troubles(t.Context(), "sim", "ns", "deployment gone")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

// A fault has a reason; what belongs to every start has none.
func TestReasonsOfTroubles(t *testing.T) {
	t.Parallel()
	pod := func(status string) string {
		return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: node-1, containers: [{name: web, image: "shop/web:1"}]}, status: ` + status + `}`
	}
	event := func(reason string) string {
		return `{apiVersion: v1, kind: Event, metadata: {name: e}, reason: ` + reason + `, type: Warning, message: why, lastTimestamp: "2024-01-02T03:04:00Z"}`
	}
	unready := func(since string) string {
		return pod(`{phase: Running, containerStatuses: [{name: web, ready: false, state: {running: {startedAt: "` + since + `"}}}]}`)
	}
	creating := pod(`{containerStatuses: [{name: web, state: {waiting: {reason: ContainerCreating}}}]}`)
	for name, c := range map[string]struct {
		objects []string
		want    string
	}{
		"a crash loop":           {[]string{pod(`{containerStatuses: [{name: web, restartCount: 1, state: {waiting: {reason: CrashLoopBackOff}}}]}`)}, "CrashLoopBackOff"},
		"a first crash":          {[]string{pod(`{containerStatuses: [{name: web, state: {terminated: {exitCode: 1}}}]}`)}, "Error"},
		"too little memory":      {[]string{pod(`{containerStatuses: [{name: web, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]}`)}, "OOMKilled"},
		"an image":               {[]string{pod(`{containerStatuses: [{name: web, state: {waiting: {reason: ErrImagePull}}}]}`)}, "ErrImagePull"},
		"no room":                {[]string{pod(`{phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}`)}, "Unschedulable"},
		"being created":          {[]string{creating}, ""},
		"a volume that is late":  {[]string{creating, event("FailedMount")}, "FailedMount"},
		"just started":           {[]string{unready("2024-01-02T03:04:50Z"), event("Unhealthy")}, ""},
		"not ready for a minute": {[]string{unready("2024-01-02T03:03:00Z"), event("Unhealthy")}, "ReadinessProbeFailing"},
		"slow, without an event": {[]string{unready("2024-01-02T03:03:00Z")}, ""},
	} {
		found, err := newLab(t, Options{}, c.objects...).Troubles(t.Context(), "sim", "ns", "pod p")
		require.NoError(t, err, name)
		require.Len(t, found, 1, name)
		require.Equal(t, c.want, found[0].Reason, name)
	}
}
