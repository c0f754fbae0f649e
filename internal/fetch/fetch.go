// Package fetch reads texts from URLs that users have named.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/httpguard"
)

// Limit bounds what is read of one text.
const Limit = 8 << 20

// Texts reads texts with a client, which decides where it may go.
type Texts struct{ Client *http.Client }

// The time that a server has for taking a connection, for each piece of its
// answer, and for all of it.
const (
	connectTimeout = 10 * time.Second
	readTimeout    = 30 * time.Second
	totalTimeout   = time.Minute
)

// New gives texts from where a guard allows, each within a minute.
func New(guard *httpguard.Guard) Texts {
	return Texts{Client: guard.Client(httpguard.ClientOptions{
		ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, TotalTimeout: totalTimeout,
	})}
}

// Fetch gives the body of a successful GET. An error is an
// [expression.Failure] where Orca's HttpClientUtils fails in a way that
// summaries tell.
func (t Texts) Fetch(ctx context.Context, rawURL string) (string, error) {
	if u, err := url.Parse(rawURL); err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, strings.ToLower(u.Scheme)) {
		return "", failure(expression.ExceptionNoURL, fmt.Errorf("%q is no URL such as https://example.com/path", rawURL))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, rawURL, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", rawURL, err)
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return "", failure(exceptionOf(err), err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return "", failure(expression.ExceptionStatus, fmt.Errorf("%s answered %s", rawURL, response.Status))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, Limit+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", rawURL, err)
	}
	if len(body) > Limit {
		return "", fmt.Errorf("%s holds more than %d bytes", rawURL, Limit)
	}
	return string(body), nil
}

// failure is an error under the name of a Java exception; without a name it
// stays as it is.
func failure(exception string, err error) error {
	if exception == "" {
		return err
	}
	return &expression.Failure{Class: exception, Message: err.Error(), At: -1}
}

// exceptionOf names the Java exception of a request that came to nothing.
func exceptionOf(err error) string {
	var (
		refused *httpguard.RefusedError
		unknown *net.DNSError
		timeout net.Error
	)
	switch {
	case errors.As(err, &refused):
		return expression.ExceptionRefusedURL
	case errors.As(err, &unknown):
		return expression.ExceptionNoHost
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return expression.ExceptionConnect
	case errors.As(err, &timeout) && timeout.Timeout():
		return expression.ExceptionTimeout
	}
	return ""
}
