// Package health tells how Kubernetes objects are doing: the one place that
// decides whether a pod, a workload, a service, an ingress or anything else is
// healthy, and why not. The API, the views and every page show what it says.
//
// It does no I/O. [Of] reads an object by itself; [Workload], [CronJob],
// [Service] and [Ingress] add what only other objects can tell. The rules are
// Kubernetes' own: what the kubelet, the controllers and the scheduler write into
// statuses, in the words that kubectl shows. Where only time tells a slow start
// from one that never ends, the judgment says when it changes.
//
// Package status answers another question, whether a stage has to wait any
// longer, in Clouddriver's terms. Kinds that have no rule here go by its rules.
package health
