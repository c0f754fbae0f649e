// Package access says who acts, and what acting on something needs. It does no
// I/O and imports nothing of the project: requests, executions and tasks all
// speak of the same principals and permissions.
package access

import "strings"

// Anonymous is who acts when nobody has to log in.
const Anonymous = "anonymous"

// Principal is who acts: a person, a service account, or the platform itself.
// The zero value is nobody in particular.
type Principal struct {
	// Name is the user's or the service account's, as Spinnaker's user id.
	Name                       string
	Email, FirstName, LastName string
	// Roles are the groups that the principal is in. They compare whatever the
	// case, as Fiat's.
	Roles []string
	// Admin may do everything.
	Admin bool
	// AllowedAccounts are the cloud accounts that the principal may change things
	// in. They are recorded in what it starts, as X-SPINNAKER-ACCOUNTS is by Orca.
	AllowedAccounts []string
	// Origin is the kind of client it acts through, such as "deck".
	Origin string
}

// Has tells whether the principal has a role.
func (p Principal) Has(role string) bool {
	for _, mine := range p.Roles {
		if strings.EqualFold(mine, role) {
			return true
		}
	}
	return false
}
