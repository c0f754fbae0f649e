package view

import "time"

// Target says which server group of a cluster is meant.
type Target struct {
	Application, Account, Cluster string
	// Provider is the id of the account's cloud provider.
	Provider string
	// Scope is a region: with Kubernetes, a namespace.
	Scope string
	// Name is current, previous, oldest, largest or fail, or one of their other
	// names: newest, ancestor, current_asg_dynamic.
	Name string
	// OnlyEnabled leaves out what gets no traffic. AnyOldest takes the oldest
	// one also if there is no other.
	OnlyEnabled, AnyOldest bool
}

// ProjectCluster is what a project's dashboard shows a row of: the clusters of
// an account whose names have a stack and a detail.
type ProjectCluster struct {
	Account string
	// Stack and Detail match where they are the same, or "*"; nil matches
	// names that have none.
	Stack, Detail *string
	Applications  []string
}

// LogPart chooses a part of an instance's log.
type LogPart struct {
	// Container is the instance's first one where empty.
	Container string
	// Previous reads the log of the container that ran before this one.
	Previous bool
	// Follow continues until the context ends or the container does.
	Follow bool
	// Tail is how many lines at the end are read; all where 0.
	Tail int64
	// Since leaves out what is older; nothing where 0.
	Since time.Duration
	// Timestamps begins each line with its time.
	Timestamps bool
}
