package view

import "context"

// Account is a cloud account as Clouddriver describes one.
type Account struct {
	Name string
	// Type is the kind of cloud: "kubernetes". CloudProvider is the same if it is
	// empty.
	Type, CloudProvider string
	// AccountID, AccountType and Environment are the name if they are empty, as in
	// Clouddriver.
	AccountID, AccountType, Environment string
	Primary                             bool
	ChallengeDestructiveActions         bool
	// RequiredGroups is the old way to restrict an account; Permissions lists
	// the roles that may READ, WRITE and EXECUTE. Without any of them everyone
	// may.
	RequiredGroups []string
	Permissions    map[string][]string
	// Details are the fields that accounts of this type have besides, such as
	// Kubernetes' namespaces and spinnakerKindMap.
	Details map[string]any
	// Ask, if set, gives details that only the cloud itself knows, such as the
	// namespaces of a cluster. It answers within seconds, with what was last
	// known if need be.
	Ask func(ctx context.Context) map[string]any
}
