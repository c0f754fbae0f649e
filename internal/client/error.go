package client

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Error is a refusal by the server.
type Error struct {
	Method, URL string
	Status      int
	// Message is the server's.
	Message string
	// Errors are further sentences of the server, each about one thing.
	Errors []string
	// RequestID finds the request in the server's log; "" where it gave none.
	RequestID  string
	retryAfter string
}

// Error is the server's message, with the sentences that say more on lines of
// their own.
func (e *Error) Error() string {
	message := e.Message
	if e.Status == http.StatusUnauthorized || e.Status/100 == 3 { // to a login page
		message += " (set GENNAKER_TOKEN, or GENNAKER_USERNAME and GENNAKER_PASSWORD)"
	}
	if e.Status >= http.StatusInternalServerError && e.RequestID != "" {
		message += " (request " + e.RequestID + ")"
	}
	var out strings.Builder
	out.WriteString(message)
	for _, sentence := range e.Errors {
		if sentence != e.Message && sentence != "" {
			out.WriteString("\n  " + sentence)
		}
	}
	return out.String()
}

// IsNotFound tells whether the server knows no such thing.
func IsNotFound(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Status == http.StatusNotFound
}

// failureOf reads a refusal: as this platform and Spring write it.
func failureOf(method, url string, response *http.Response, data []byte) *Error {
	e := &Error{
		Method: method, URL: url, Status: response.StatusCode,
		RequestID: response.Header.Get("X-Spinnaker-Request-Id"), retryAfter: response.Header.Get("Retry-After"),
	}
	var body map[string]any
	if model.Unmarshal(data, &body) == nil {
		e.Message = strings.TrimSpace(model.String(body, "message"))
		e.Errors = model.Strings(body, "errors")
		if id := model.String(body, "requestId"); id != "" {
			e.RequestID = id
		}
		nested(e, model.String(body, "body"))
	}
	vague := []string{"", "null", "No message available", "Bad Request", "HTTP 400"}
	if slices.Contains(vague, e.Message) {
		e.Message = "the server returned " + response.Status
		if path := response.Request; path != nil {
			e.Message += " to " + method + " " + path.URL.Path
		}
	}
	return e
}

// nested reads the answer of a service behind Gate, which Gate gives as a text.
func nested(e *Error, text string) {
	var body map[string]any
	if text == "" || model.Unmarshal([]byte(text), &body) != nil {
		return
	}
	if message := model.String(body, "message"); message != "" {
		e.Message = message
	}
	if more := model.Strings(body, "errors"); len(more) > 0 {
		e.Errors = more
	}
}
