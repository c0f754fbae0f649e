// Package manifest holds the stages that work on Kubernetes manifests:
// deploying, deleting, scaling, patching, rolling back and so on, and running
// a Job. Their names, fields, tasks and outputs are Orca's, so that pipelines
// made for Spinnaker run unchanged.
//
// An operation is planned by the task that Orca starts it with, and carried
// out by the task that Orca monitors it with. The plan is a list of steps that
// may each be carried out more than once without harm, and it is stored
// between the two tasks: after a crash the second goes on where it was.
//
// The package knows no cluster. What it needs of one is in [Provider].
package manifest
