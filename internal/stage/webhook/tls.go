package webhook

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"
)

// tls is the TLS configuration; nil where nothing is set, for the system's.
func (c Config) tls() (*tls.Config, error) {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.Trust.Enabled {
		roots, err := c.Trust.roots()
		if err != nil {
			return nil, fmt.Errorf("webhook.trust: %w", err)
		}
		out.RootCAs = roots
	}
	if c.Identity.Enabled {
		certificate, err := c.Identity.certificate()
		if err != nil {
			return nil, fmt.Errorf("webhook.identity: %w", err)
		}
		out.Certificates = []tls.Certificate{*certificate}
	}
	c.loosen(out)
	return out, nil
}

// loosen leaves out the checks that the insecure flags switch off, and keeps
// the others.
func (c Config) loosen(out *tls.Config) {
	if !c.InsecureSkipHostnameVerification && !c.InsecureTrustSelfSigned {
		return
	}
	roots := out.RootCAs
	out.InsecureSkipVerify = true // asked for by name; what is left to check is checked below
	out.VerifyConnection = func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		if !c.InsecureSkipHostnameVerification {
			if err := leaf.VerifyHostname(state.ServerName); err != nil {
				return err
			}
		}
		if c.InsecureTrustSelfSigned {
			return nil
		}
		options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		_, err := leaf.Verify(options)
		return err
	}
}

// roots are the system's authorities and those of the trust store.
func (t Trust) roots() (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	var certificates []*x509.Certificate
	switch {
	case t.TrustStore != "":
		certificates, err = readStore(t.TrustStore, t.TrustStoreType, t.TrustStorePassword)
	case t.TrustPem != "":
		certificates, err = readCertificates(t.TrustPem)
	}
	if err != nil {
		return nil, err
	}
	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}
	return pool, nil
}

// certificate is the client certificate with its key.
func (i Identity) certificate() (*tls.Certificate, error) {
	if i.IdentityStore == "" {
		pair, err := tls.LoadX509KeyPair(i.IdentityCertPem, i.IdentityKeyPem)
		if err != nil {
			return nil, fmt.Errorf("read the key %s and its certificate %s: %w", i.IdentityKeyPem, i.IdentityCertPem, err)
		}
		return &pair, nil
	}
	data, err := os.ReadFile(i.IdentityStore)
	if err != nil {
		return nil, err
	}
	if isJKS(i.IdentityStoreType) {
		return identityOfJKS(data, i)
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, i.IdentityStorePassword)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", i.IdentityStore, err)
	}
	out := &tls.Certificate{PrivateKey: key, Leaf: leaf, Certificate: [][]byte{leaf.Raw}}
	for _, certificate := range chain {
		out.Certificate = append(out.Certificate, certificate.Raw)
	}
	return out, nil
}

func isJKS(kind string) bool { return strings.EqualFold(kind, "JKS") }

func identityOfJKS(data []byte, i Identity) (*tls.Certificate, error) {
	store, err := loadJKS(data, i.IdentityStorePassword)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", i.IdentityStore, err)
	}
	password := i.IdentityStoreKeyPassword
	if password == "" {
		password = i.IdentityStorePassword
	}
	for _, alias := range store.Aliases() {
		if !store.IsPrivateKeyEntry(alias) {
			continue
		}
		entry, err := store.GetPrivateKeyEntry(alias, []byte(password))
		if err != nil {
			return nil, fmt.Errorf("read the key %s of %s: %w", alias, i.IdentityStore, err)
		}
		key, err := x509.ParsePKCS8PrivateKey(entry.PrivateKey)
		if err != nil {
			return nil, fmt.Errorf("read the key %s of %s: %w", alias, i.IdentityStore, err)
		}
		out := &tls.Certificate{PrivateKey: key}
		for _, certificate := range entry.CertificateChain {
			out.Certificate = append(out.Certificate, certificate.Content)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s contains no key", i.IdentityStore)
}

// readStore reads the certificates of a trust store.
func readStore(path, kind, password string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !isJKS(kind) {
		certificates, err := pkcs12.DecodeTrustStore(data, password)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		return certificates, nil
	}
	store, err := loadJKS(data, password)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []*x509.Certificate
	for _, alias := range store.Aliases() {
		if !store.IsTrustedCertificateEntry(alias) {
			continue
		}
		entry, err := store.GetTrustedCertificateEntry(alias)
		if err != nil {
			return nil, fmt.Errorf("read the certificate %s of %s: %w", alias, path, err)
		}
		certificate, err := x509.ParseCertificate(entry.Certificate.Content)
		if err != nil {
			return nil, fmt.Errorf("read the certificate %s of %s: %w", alias, path, err)
		}
		out = append(out, certificate)
	}
	return out, nil
}

func loadJKS(data []byte, password string) (*keystore.KeyStore, error) {
	store := keystore.New(keystore.WithOrderedAliases())
	if err := store.Load(bytes.NewReader(data), []byte(password)); err != nil {
		return nil, err
	}
	return &store, nil
}

// readCertificates reads the certificates of a PEM file.
func readCertificates(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if !slices.Contains([]string{"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}, block.Type) {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		out = append(out, certificate)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read %s: %w", path, errors.New("no certificate in it"))
	}
	return out, nil
}
