package notification

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what Nexus signs with
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// Proves tells whether a notification proves that its sender knows a secret: it contains
// it, in one of the ways that registries can send it, or is signed with it.
func Proves(r Request, secret string) bool {
	if secret == "" {
		return false
	}
	proven := 0
	for _, given := range []string{
		r.Query.Get("token"), r.Query.Get("secret"),
		r.Header.Get("X-Gennaker-Token"), r.Header.Get("X-Jfrog-Event-Auth"), r.Header.Get("X-Gitlab-Token"),
		r.Header.Get("Authorization"), bearer(r.Header.Get("Authorization")), password(r.Header.Get("Authorization")),
	} {
		proven |= same(given, secret)
	}
	for header, algorithm := range map[string]func() hash.Hash{
		"X-Hub-Signature-256": sha256.New, "X-Gitea-Signature": sha256.New, "X-Forgejo-Signature": sha256.New,
		"X-Jfrog-Event-Auth": sha256.New, "X-Nexus-Webhook-Signature": sha1.New,
	} {
		proven |= signed(r.Header.Get(header), r.Body, secret, algorithm)
	}
	return proven == 1
}

// same compares two texts in a time that says nothing about where they differ.
func same(given, secret string) int {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:])
}

func signed(given string, body []byte, secret string, algorithm func() hash.Hash) int {
	if given == "" {
		return 0
	}
	given = strings.TrimPrefix(strings.TrimPrefix(given, "sha256="), "sha1=")
	mac := hmac.New(algorithm, []byte(secret))
	_, _ = mac.Write(body)
	return same(strings.ToLower(given), hex.EncodeToString(mac.Sum(nil)))
}

func bearer(authorization string) string {
	kind, rest, _ := strings.Cut(authorization, " ")
	if strings.EqualFold(kind, "bearer") {
		return rest
	}
	return ""
}

func password(authorization string) string {
	kind, rest, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(kind, "basic") {
		return ""
	}
	both, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		return ""
	}
	_, password, _ := strings.Cut(string(both), ":")
	return password
}
