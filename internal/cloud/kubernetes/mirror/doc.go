// Package mirror holds what the pages need of a cluster's objects, and answers
// questions about them in the shapes of package view: clusters, server groups,
// their managers, instances, load balancers, firewalls.
//
// A [Store] holds one account's objects, trimmed to what the answers need, and
// the indexes that make them quick: by application, by owner, by the labels
// that services select. It does no I/O; whoever watches the cluster puts
// objects in and takes them out, and is told which applications that changed.
package mirror

// Provider is the cloudProvider and type of everything here.
const Provider = "kubernetes"
