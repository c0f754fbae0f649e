package trigger

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // GitHub's older header
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"strings"
)

// Proof is what a request brings to prove that its sender knows a secret: signatures of
// its body, or the secret itself.
type Proof struct {
	// Body is the request's, byte for byte.
	Body []byte
	// SHA1 and SHA256 are HMACs of the body in hexadecimal, as in the headers
	// X-Hub-Signature and X-Hub-Signature-256, with or without "sha1=". Bitbucket sends
	// the first of these headers with "sha256=".
	SHA1, SHA256 string
	// Token is the secret, as in the header X-Gitlab-Token.
	Token string
}

// Given tells whether there is any proof.
func (p Proof) Given() bool { return p.SHA1 != "" || p.SHA256 != "" || p.Token != "" }

// Of tells whether the sender knows a secret. Whatever proof there is must be right.
func (p Proof) Of(secret string) bool {
	return p.Given() &&
		(p.SHA1 == "" || older(secret, p.Body, p.SHA1)) &&
		(p.SHA256 == "" || signed(sha256.New, secret, p.Body, strings.TrimPrefix(p.SHA256, "sha256="))) &&
		(p.Token == "" || subtle.ConstantTimeCompare([]byte(p.Token), []byte(secret)) == 1)
}

// older checks the header X-Hub-Signature, which is GitHub's of before and Bitbucket's.
func older(secret string, body []byte, signature string) bool {
	if digest, ok := strings.CutPrefix(signature, "sha256="); ok {
		return signed(sha256.New, secret, body, digest)
	}
	return signed(sha1.New, secret, body, strings.TrimPrefix(signature, "sha1="))
}

func signed(algorithm func() hash.Hash, secret string, body []byte, signature string) bool {
	given, err := hex.DecodeString(strings.ToLower(signature))
	if err != nil {
		return false
	}
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), given)
}
