package githost

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/artifact"
)

// Asking is a host of Gitea that is asked through a function.
func Asking(account string, send func(ctx context.Context, method, at string, header http.Header, body []byte) (artifact.Answer, error)) Host {
	return newGitea(caller{send: send, account: account, host: "git.example.com", known: true}, "https://git.example.com")
}
