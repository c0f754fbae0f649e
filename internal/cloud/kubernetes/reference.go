package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The prefixes of references to secrets, as Spinnaker's accounts have them.
var referencePrefixes = []string{"encrypted:", "encryptedFile:"}

// referenceTimeout bounds the look-up of an account's credentials.
const referenceTimeout = 30 * time.Second

func isReference(text string) bool {
	for _, prefix := range referencePrefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// references lists the fields of credentials that refer to a secret.
func (c AccountConfig) references() []string {
	var out []string
	for _, field := range []struct{ name, value string }{
		{"kubeconfigFile", c.KubeconfigFile}, {"kubeconfigContents", c.KubeconfigContents}, {"token", c.Token},
	} {
		if isReference(field.value) {
			out = append(out, field.name)
		}
	}
	return out
}

// revealed is the configuration with secrets in place of references. They are
// looked up when the account connects, and again after its credentials were
// refused.
//
//nolint:contextcheck,nolintlint // for its callers: what connects is shared by requests, and must outlast the first of them
func (a *account) revealed() (AccountConfig, error) {
	c := a.config
	names := c.references()
	if len(names) == 0 {
		return c, nil
	}
	if a.options.Secret == nil {
		return c, fmt.Errorf("%s: refers to a secret, which can't be read here", names[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), referenceTimeout)
	defer cancel()
	for _, name := range names {
		var from, to *string
		switch name {
		case "kubeconfigFile":
			from, to = &c.KubeconfigFile, &c.KubeconfigContents
		case "kubeconfigContents":
			from, to = &c.KubeconfigContents, &c.KubeconfigContents
		case "token":
			from, to = &c.Token, &c.Token
		}
		value, err := a.options.Secret(ctx, *from)
		if err != nil {
			return c, fmt.Errorf("%s: %w", name, err)
		}
		if value == "" {
			return c, fmt.Errorf("%s: %w", name, errors.New("the secret that it refers to is empty"))
		}
		*from = ""
		*to = value
	}
	return c, nil
}
