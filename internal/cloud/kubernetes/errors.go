package kubernetes

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/gennaker/gennaker/internal/fault"
)

// explain turns an API server's or the network's error into a fault that names
// the account, what was being done, and what helps.
func (a *account) explain(err error, doing string) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*fault.Error](err); ok {
		if _, asked := err.(*url.Error); asked { //nolint:errorlint // only where nothing but the request is said around it
			return known
		}
		return err
	}
	name := a.config.Name
	switch {
	case strings.Contains(err.Error(), untypable):
		// The API server calls it an internal error, though the manifest is at fault.
		return fault.New(fault.Invalid, "account %s can't %s: %w", name, doing, err)
	case apierrors.IsUnauthorized(err):
		a.forget()
		return fault.New(fault.Forbidden,
			"account %s: the cluster does not accept its credentials (to %s): renew the token or certificate in its kubeconfig: %w", name, doing, err)
	case tooLarge(err):
		return fault.New(fault.TooLarge,
			"account %s can't %s: it is too large for the cluster; make it smaller, or split it into several objects: %w", name, doing, err)
	case strings.Contains(err.Error(), webhookDown):
		return fault.New(fault.Unavailable,
			"account %s can't %s for now: an admission webhook of the cluster fails; see that its service runs, or set its failurePolicy to Ignore: %w", name, doing, err)
	case strings.Contains(err.Error(), webhookRefuses):
		return fault.New(fault.Forbidden, "account %s can't %s: an admission rule of the cluster rejected it: %w", name, doing, err)
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		return fault.New(fault.Conflict,
			"account %s can't %s: the namespace is being deleted; wait and create it again, or choose another: %w", name, doing, err)
	case apierrors.IsForbidden(err):
		return fault.New(fault.Forbidden, "account %s may not %s: %w%s", name, doing, err, forbiddenHint(err))
	case apierrors.IsNotFound(err):
		return fault.New(fault.NotFound, "account %s can't %s: %w", name, doing, err)
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		return fault.New(fault.Conflict, "account %s can't %s: %w", name, doing, err)
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err), apierrors.IsMethodNotSupported(err), apierrors.IsUnsupportedMediaType(err):
		return fault.New(fault.Invalid, "account %s can't %s: %w%s", name, doing, err, invalidHint(err))
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err), apierrors.IsTooManyRequests(err),
		apierrors.IsServiceUnavailable(err), apierrors.IsInternalError(err), apierrors.IsUnexpectedServerError(err):
		return fault.New(fault.Unavailable, "account %s can't %s for now: %w", name, doing, err)
	case strings.Contains(err.Error(), throttled):
		return fault.New(fault.Unavailable, "account %s can't %s for now: too many requests to its cluster are waiting: %w", name, doing, err)
	case unreachable(err):
		return fault.New(fault.Unavailable,
			"account %s: the cluster can't be reached (to %s): check that it runs and that its address in the kubeconfig is right: %w", name, doing, err)
	}
	return fault.New(fault.Internal, "account %s can't %s: %w", name, doing, err)
}

// answerCut is what the client says if an answer ends early.
const answerCut = "unexpected error when reading response body"

// throttled is what the client says if a request would wait for its turn longer
// than it may take.
const throttled = "client rate limiter Wait returned an error"

// What the API server says of admission webhooks that refuse, and of those
// that don't answer.
const (
	webhookRefuses = "denied the request"
	webhookDown    = "failed calling webhook"
)

// tooLarge tells whether an object is over a limit of the API server or etcd,
// which some of them call an internal error.
func tooLarge(err error) bool {
	text := err.Error()
	return apierrors.IsRequestEntityTooLargeError(err) || strings.Contains(text, "etcdserver: request is too large") ||
		strings.Contains(text, "trying to send message larger than max")
}

// untypable is what the API server says of manifests with fields that their
// kind has not, or of the wrong type.
const untypable = "failed to create typed patch object"

// unreachable tells whether no whole answer came from an API server.
func unreachable(err error) bool {
	var (
		link        *url.Error
		network     net.Error
		authority   x509.UnknownAuthorityError
		certificate x509.CertificateInvalidError
		host        x509.HostnameError
	)
	return strings.Contains(err.Error(), answerCut) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &link) || errors.As(err, &network) || errors.As(err, &authority) ||
		errors.As(err, &certificate) || errors.As(err, &host) || errors.Is(err, context.DeadlineExceeded)
}

// forbiddenHint tells missing permissions from what admission refuses.
func forbiddenHint(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, " cannot "):
		return " (grant the account's user a Role that allows it)"
	case strings.Contains(text, "exceeded quota"):
		return " (ask for less, delete what is not needed, or have the ResourceQuota raised)"
	}
	return ""
}

// invalidHint says what helps with the faults that are met most.
func invalidHint(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "immutable"), strings.Contains(text, "updates to statefulset spec"),
		strings.Contains(text, "pod updates may not change"):
		return ` (the annotation strategy.spinnaker.io/recreate: "true" has the object deleted and made anew)`
	}
	return ""
}

// absent tells whether an error says that there is no such object.
func absent(err error) bool { return fault.KindOf(err) == fault.NotFound }
