package artifact

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
)

// subject is what a fault is about: an account and a reference.
type subject struct{ account, reference string }

// fault makes a fault that begins with the subject.
func (s subject) fault(kind fault.Kind, format string, args ...any) error {
	return fault.New(kind, "fetch %s with the artifact account %s: %w", s.reference, s.account, fault.New(kind, format, args...))
}

// reason is what an error says, without what it is about.
func (s subject) reason(err error) string {
	return strings.TrimPrefix(s.wrap(err).Error(), fmt.Sprintf("fetch %s with the artifact account %s: ", s.reference, s.account))
}

// wrap turns any error into a fault about the subject.
func (s subject) wrap(err error) error {
	if err == nil {
		return nil
	}
	var (
		refused  *httpguard.RefusedError
		tooLarge *httpguard.TooLargeError
		notFound *net.DNSError
		timeout  interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, new(*fault.Error)):
		return fault.New(fault.KindOf(err), "fetch %s with the artifact account %s: %w", s.reference, s.account, err)
	case errors.As(err, &refused):
		return s.fault(fault.Forbidden, "%w", refused)
	case errors.As(err, &tooLarge):
		return s.fault(fault.TooLarge, "%w; an administrator can raise artifacts.maxBytes", tooLarge)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return s.fault(fault.Unavailable, "it took too long; try again, or have an administrator raise artifacts.timeout (%w)", unURL(err))
	case errors.Is(err, context.Canceled):
		return s.fault(fault.Unavailable, "it was cancelled (%w)", unURL(err))
	case errors.As(err, &notFound):
		return s.fault(fault.Unavailable, "the host %s can't be found; check the reference (%w)", notFound.Name, notFound)
	}
	return s.fault(fault.Unavailable, "%w", unURL(err))
}

// unURL takes the URL out of net/http's errors: it may hold a token, and the
// subject says it already.
func unURL(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// statusFault says what an HTTP status that is no success means. has tells
// whether credentials were sent.
func statusFault(code int, host string, has bool) error {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		if has {
			return fault.New(fault.Forbidden, "%s rejected the account's credentials (status %d); check them, and their read permission", host, code)
		}
		return fault.New(fault.Forbidden, "%s requires credentials (status %d), but the account has none", host, code)
	case http.StatusNotFound, http.StatusGone:
		if has {
			return fault.New(fault.NotFound, "%s has no such thing, or hides it from the account's credentials (status %d); check the reference and the version", host, code)
		}
		return fault.New(fault.NotFound, "%s has no such thing, or hides it from a caller without credentials (status %d); check the reference and the version", host, code)
	case http.StatusTooManyRequests:
		return fault.New(fault.Unavailable, "%s limits requests (status %d); try again later", host, code)
	}
	if code >= http.StatusInternalServerError {
		return fault.New(fault.Unavailable, "%s fails with status %d; try again later", host, code)
	}
	return fault.New(fault.Invalid, "%s answers with status %d; check the reference", host, code)
}
