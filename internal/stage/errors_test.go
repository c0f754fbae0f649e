package stage_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"reflect"
	"syscall"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

func TestWhichErrorsAreRetried(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	noHost := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}}
	for name, tc := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":                             {nil, false},
		"an error of no kind":                 {errors.New("no"), false},
		"a provider that is away":             {fault.New(fault.Unavailable, "away"), true},
		"one that is wrapped":                 {fmt.Errorf("list: %w", fault.New(fault.Unavailable, "away")), true},
		"a refused connection":                {&url.Error{Op: "Get", URL: "http://a", Err: refused}, true},
		"one that broke":                      {fmt.Errorf("read: %w", syscall.ECONNRESET), true},
		"an answer that broke off":            {fmt.Errorf("read: %w", io.ErrUnexpectedEOF), true},
		"a connection closed too early":       {&url.Error{Op: "Get", URL: "http://a", Err: io.EOF}, true},
		"the end of a file":                   {fmt.Errorf("decode: %w", io.EOF), false},
		"a call that timed out":               {fmt.Errorf("call: %w", context.DeadlineExceeded), true},
		"a resolver that is away":             {&net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}, true},
		"a host that doesn't exist":           {noHost, false},
		"one that a provider can't find":      {fault.New(fault.Unavailable, "the host can't be found: %w", noHost), false},
		"a certificate that isn't trusted":    {&url.Error{Op: "Get", URL: "https://a", Err: x509.UnknownAuthorityError{}}, false},
		"an alert of the other side":          {&net.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")}, false},
		"a refusal on a connection's account": {fault.New(fault.Forbidden, "not there: %w", refused), false},
		"a bad input":                         {fault.New(fault.Invalid, "no"), false},
		"what the task calls retryable":       {stage.Retryable(errors.New("no")), true},
		"what the task calls final":           {&stage.Error{Message: "no", Cause: refused}, false},
	} {
		if got := stage.IsRetryable(tc.err); got != tc.want {
			t.Errorf("%s: retried %v", name, got)
		}
		if got := stage.IsRetryable(stage.Failure("X", tc.err)); got != tc.want {
			t.Errorf("%s: its failure is retried %v", name, got)
		}
		if stage.IsRetryable(stage.Final("X", tc.err)) {
			t.Errorf("%s: not final", name)
		}
	}
}

func TestFailureTellsWhatTheFaultSays(t *testing.T) {
	t.Parallel()
	known := fault.New(fault.Invalid, "the pipeline is wrong").With("stages[0]: no type")
	alone := fault.New(fault.Invalid, "kind is missing").With("kind is missing")
	joined := fault.New(fault.Invalid, "kind is missing; name is missing").With("kind is missing", "name is missing")
	headed := fault.New(fault.Invalid, "nothing was done: a failed; b failed").With("a failed", "b failed")
	cut := fault.New(fault.Invalid, "a failed (and 1 more)").With("a failed", "b failed")
	for name, tc := range map[string]struct {
		err  error
		kind string
		want []string
	}{
		"a kind of its own":   {stage.Failure(stage.HTTPException, known), "SpinnakerHttpException", []string{"the pipeline is wrong", "stages[0]: no type"}},
		"by the fault":        {stage.Failure("", known), "IllegalArgumentException", []string{"the pipeline is wrong", "stages[0]: no type"}},
		"wrapped":             {stage.Failure("", fmt.Errorf("save: %w", known)), "IllegalArgumentException", []string{"save: the pipeline is wrong", "stages[0]: no type"}},
		"the same sentence":   {stage.Failure("", alone), "IllegalArgumentException", []string{"kind is missing"}},
		"its sentences":       {stage.Failure("", joined), "IllegalArgumentException", []string{"kind is missing", "name is missing"}},
		"them with a heading": {stage.Failure("", headed), "IllegalArgumentException", []string{"nothing was done: a failed; b failed"}},
		"not all of them":     {stage.Failure("", cut), "IllegalArgumentException", []string{"a failed (and 1 more)", "b failed"}},
		"of no kind":          {stage.Failure("", errors.New("no")), "Exception", []string{"no"}},
		"the task's own":      {stage.Failure("X", &stage.Error{Type: "Y", Message: "no"}), "Y", []string{"no"}},
		"retried long enough": {stage.Final("", fault.New(fault.Unavailable, "away")), "SpinnakerNetworkException", []string{"away"}},
	} {
		exception := engine.Exception(tc.err, "task", 1, false)
		if got := model.Strings(model.Object(exception, "details"), "errors"); exception["exceptionType"] != tc.kind || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %v %q", name, exception["exceptionType"], got)
		}
	}
	if stage.Failure("X", nil) != nil || stage.Final("", nil) != nil {
		t.Error("no error is a failure")
	}
}
