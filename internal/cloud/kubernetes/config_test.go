package kubernetes

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

func TestAccountConfig(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"file":       {"{name: a, kubeconfigFile: /k, context: c, namespaces: [x], omitKinds: [secret]}", nil},
		"in cluster": {"{name: a, serviceAccount: true}", nil},
		"roles":      {"{name: a, permissions: {READ: [dev], WRITE: [ops], EXECUTE: [ops]}}", nil},
		"custom":     {"{name: a, customResources: [{kubernetesKind: Gadget.example.com, deployPriority: NETWORK_RESOURCE_PRIORITY, spinnakerKind: configs}]}", nil},
		"nothing":    {"{}", []string{"name:"}},
		"two sources": {"{name: a, kubeconfigFile: /k, serviceAccount: true}", []string{
			"kubeconfigFile:",
		}},
		"context in cluster": {"{name: a, serviceAccount: true, context: c}", []string{"context:"}},
		"both lists":         {"{name: a, namespaces: [x], omitNamespaces: [y], kinds: [x], omitKinds: [y]}", []string{"omitNamespaces:", "omitKinds:"}},
		"empty entries":      {"{name: a, namespaces: ['', x]}", []string{"namespaces[0]:"}},
		"bad custom": {"{name: a, customResources: [{kubernetesKind: Gadget, deployPriority: SOON, spinnakerKind: x}, {}]}", []string{
			"customResources[0].kubernetesKind:", "customResources[0].deployPriority:", "customResources[0].spinnakerKind:", "customResources[1].kubernetesKind:",
		}},
		"negative": {"{name: a, kubectlRequestTimeoutSeconds: -1, qps: -1, burst: -1}", []string{"kubectlRequestTimeoutSeconds:", "qps:", "burst:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c AccountConfig
			yamltest.DecodeStrict(t, test.text, &c)
			errs := c.Validate()
			if len(errs) != len(test.want) {
				t.Fatalf("got %v, want %v", errs, test.want)
			}
			for i, err := range errs {
				if !strings.HasPrefix(err.Error(), test.want[i]) {
					t.Errorf("got %v, want %s", err, test.want[i])
				}
			}
		})
	}
}

func TestAccountConfigJSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(AccountConfig{Name: "a", Permissions: Permissions{Read: []string{"dev"}}})
	if err != nil || string(data) != `{"name":"a","permissions":{"READ":["dev"]}}` {
		t.Errorf("got %s %v", data, err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for want, accounts := range map[string][]AccountConfig{
		`account "": name`: {{}}, `account "a": the name is used twice`: {{Name: "a"}, {Name: "a"}},
	} {
		if _, err := New(accounts, Options{}); err == nil || !strings.Contains(err.Error(), want) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	p, err := New([]AccountConfig{{Name: "b"}, {Name: "a"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Accounts(); len(got) != 2 || got[0].Name != "a" {
		t.Errorf("the accounts are %v", got)
	}
	if _, err := p.account("c"); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "there are a, b") {
		t.Errorf("an unknown account is %v", err)
	}
}
