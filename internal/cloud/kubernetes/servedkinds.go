package kubernetes

import "context"

// SpinnakerKinds tells what each kind is to Spinnaker: those that every account has,
// as [AccountConfig.SpinnakerKinds] lists them, and whatever else the account's
// cluster serves and the account may use. Clouddriver leaves the latter out, so that
// Deck can't show them where a stage chooses several kinds.
func (p *Provider) SpinnakerKinds(ctx context.Context, accountName string) map[string]string {
	a, err := p.account(accountName)
	if err != nil {
		return map[string]string{}
	}
	out := a.config.SpinnakerKinds()
	listed := make(map[string]bool, len(out))
	for name := range out {
		listed[parseKind(name).key()] = true
	}
	kinds := a.kinds.get(ctx, a.readKinds)
	// Deployments and watches may have learnt of kinds meanwhile.
	if conn, err := a.connect(); err == nil {
		if list, _ := conn.resources.current(); len(list) > 0 {
			kinds = keptKinds(list)
		}
	}
	for _, k := range kinds {
		if !listed[k.key()] && a.allowKind(k) == nil {
			listed[k.key()] = true
			out[k.String()] = propertiesOf(k, a.config.CustomResources).spinnakerKind
		}
	}
	return out
}

// readKinds asks the cluster which kinds of objects it keeps.
func (a *account) readKinds(ctx context.Context) ([]kind, error) {
	list, err := a.readResources(ctx)
	if err != nil {
		a.options.Log.Warn("the kinds of an account can't be read", "account", a.config.Name, "error", err)
		return nil, err
	}
	return keptKinds(list), nil
}

// keptKinds are the kinds of which a cluster keeps objects.
func keptKinds(list []resource) []kind {
	var kinds []kind
	for _, r := range list {
		if r.watched {
			kinds = append(kinds, kindOf(r.gvk))
		}
	}
	return kinds
}

func (a *account) readResources(ctx context.Context) ([]resource, error) {
	conn, err := a.connect()
	if err != nil {
		return nil, err
	}
	return conn.resources.renewed(ctx)
}
