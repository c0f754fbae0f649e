package httpguard

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// TooLargeError is a request or an answer over its bound.
type TooLargeError struct{ message string }

// Error gives the message.
func (e *TooLargeError) Error() string { return e.message }

// slowError is an answer that stopped coming. It is a timeout to [net.Error].
type slowError struct{ after time.Duration }

func (e slowError) Error() string   { return fmt.Sprintf("no data came for %s", e.after) }
func (e slowError) Timeout() bool   { return true }
func (e slowError) Temporary() bool { return true }

// headerBytes counts headers as OkHttp does: a line's colon, space and end are
// four more.
func headerBytes(header http.Header) int64 {
	var n int
	for name, values := range header {
		for _, value := range values {
			n += len(name) + len(value) + 4
		}
	}
	return int64(n)
}

func checkRequestSize(req *http.Request, limit int64) error {
	if limit <= 0 {
		return nil
	}
	size := headerBytes(req.Header)
	if size > limit {
		return &TooLargeError{fmt.Sprintf("rejecting request to %s with %d byte(s) of headers, maxRequestBytes: %d",
			req.URL.Redacted(), size, limit)}
	}
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	if req.ContentLength < 0 {
		return &TooLargeError{fmt.Sprintf("unable to verify size of body in request to %s, content length not set", req.URL.Redacted())}
	}
	if size += req.ContentLength; size > limit {
		return &TooLargeError{fmt.Sprintf("rejecting request to %s with %d byte body, maxRequestBytes: %d",
			req.URL.Redacted(), size, limit)}
	}
	return nil
}

// boundResponse refuses an answer that says it is too large, and has reading
// its body fail where it is so without saying it or stops coming.
func boundResponse(resp *http.Response, options ClientOptions, cancel context.CancelCauseFunc) error {
	body := &boundBody{body: resp.Body, left: -1, timeout: options.ReadTimeout, cancel: cancel}
	if limit := options.MaxResponseBytes; limit > 0 {
		url, head := resp.Request.URL.Redacted(), headerBytes(resp.Header)
		if head > limit {
			return &TooLargeError{fmt.Sprintf("rejecting response from %s with %d byte(s) of headers, maxResponseBytes: %d", url, head, limit)}
		}
		if resp.ContentLength > limit-head {
			return &TooLargeError{fmt.Sprintf("rejecting %d byte response from %s, maxResponseBytes: %d", head+resp.ContentLength, url, limit)}
		}
		body.left = limit - head
		body.tooLarge = &TooLargeError{fmt.Sprintf(
			"rejecting response from %s. headers: %d byte(s), body > %d byte(s), maxResponseBytes: %d", url, head, body.left, limit)}
	}
	resp.Body = body
	return nil
}

// boundBody reads at most so many bytes, and waits for each piece only so
// long.
type boundBody struct {
	body     io.ReadCloser
	left     int64 // -1 is no bound
	tooLarge error
	timeout  time.Duration
	cancel   context.CancelCauseFunc

	mu   sync.Mutex
	slow bool
}

func (b *boundBody) Read(p []byte) (int, error) {
	if b.left >= 0 && int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.timed(p)
	if b.left >= 0 {
		if int64(n) > b.left {
			n, b.left = int(b.left), 0
			return n, b.tooLarge
		}
		b.left -= int64(n)
	}
	return n, err
}

func (b *boundBody) timed(p []byte) (int, error) {
	if b.timeout <= 0 {
		return b.body.Read(p)
	}
	timer := time.AfterFunc(b.timeout, func() {
		b.mu.Lock()
		b.slow = true
		b.mu.Unlock()
		b.cancel(slowError{b.timeout})
	})
	n, err := b.body.Read(p)
	timer.Stop()
	b.mu.Lock()
	slow := b.slow
	b.mu.Unlock()
	if slow && err != nil && err != io.EOF {
		err = slowError{b.timeout}
	}
	return n, err
}

func (b *boundBody) Close() error {
	err := b.body.Close()
	b.cancel(nil)
	return err
}
