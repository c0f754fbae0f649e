package kubernetes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/fault"
)

func TestAllow(t *testing.T) {
	t.Parallel()
	p, err := kubernetes.New([]kubernetes.AccountConfig{
		{Name: "open", KubeconfigFile: "/k"},
		{Name: "seen", KubeconfigFile: "/k", Permissions: kubernetes.Permissions{Read: []string{"dev"}}},
		{Name: "prod", KubeconfigFile: "/k", Permissions: kubernetes.Permissions{Read: []string{"dev"}, Write: []string{"ops"}}},
	}, kubernetes.Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		who     access.Principal
		account string
		refused bool
	}{
		{access.Principal{}, "open", false},
		{access.Principal{}, "seen", false},
		{access.Principal{}, "prod", true},
		{access.Principal{}, "none", false}, // whoever uses it says that it isn't there
		{access.Principal{Name: "ann", AllowedAccounts: []string{"open"}}, "prod", true},
		{access.Principal{Name: "ann", AllowedAccounts: []string{"open", "prod"}}, "prod", false},
		{access.Principal{Name: "root", Admin: true}, "prod", false},
		// Roles decide when somebody starts something; what was allowed then is recorded.
		{access.Principal{Name: "ann", Roles: []string{"ops"}}, "prod", true},
	} {
		err := p.Allow(c.who, c.account)
		if !c.refused {
			require.NoError(t, err, "%+v", c)
			continue
		}
		require.ErrorContains(t, err, "Access denied to account prod", "%+v", c)
		require.Equal(t, fault.Forbidden, fault.KindOf(err))
	}
}
