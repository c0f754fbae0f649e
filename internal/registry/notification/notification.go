// Package notification reads what container registries send when something is pushed:
// distribution (and so GitLab's registry), Harbor, Docker Hub, Google's Container and
// Artifact Registry, Amazon ECR, Azure Container Registry, Quay, GitHub's and Gitea's
// packages, Aliyun, JFrog and Nexus. It is pure: a request goes in, pushes come out. Which
// system sent it shows in the body, so that all have the same address.
package notification

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// Request is a notification as it came.
type Request struct {
	// Header has names in the form that net/http gives them.
	Header http.Header
	// Query are the parameters of the URL.
	Query url.Values
	// Body is what was sent, byte for byte.
	Body []byte
}

// Push is a tag that was pushed, by what its registry says.
type Push struct {
	// Repositories are the names that the repository may have in the registry's API, with
	// or without its host: some systems name their parts only.
	Repositories []string
	// Tag is the tag; "" if only a digest was pushed.
	Tag string
	// Digest is the digest, for logs; "" if the registry doesn't say.
	Digest string
}

// reader reads the notifications of one system: ok is false if a body isn't one of its.
type reader func(r Request, body map[string]any) (pushes []Push, ok bool)

// readers are all systems. A new one is a line here.
func readers() []reader {
	return []reader{distribution, harbor, dockerHub, gitHub, quay, azure, jfrog, nexus, gitea}
}

// Read gives the pushes that a notification tells of. There are none if it is about
// something else, such as a deletion, a pull or a test. A fault of kind Invalid says that
// it can't be read.
func Read(r Request) ([]Push, error) {
	body, err := object(r.Body)
	if err != nil {
		return nil, err
	}
	body, err = unwrapped(body)
	if err != nil {
		return nil, err
	}
	if pushes, ok := amazon(body); ok {
		return pushes, nil
	}
	if pushes, ok := google(body); ok {
		return pushes, nil
	}
	for _, read := range readers() {
		if pushes, ok := read(r, body); ok {
			return pushes, nil
		}
	}
	return nil, nil
}

// unwrapped takes a notification out of the message of SNS or Google Pub/Sub that it
// comes in.
func unwrapped(body map[string]any) (map[string]any, error) {
	if kind := model.String(body, "Type"); kind == "Notification" && model.String(body, "TopicArn") != "" {
		return object([]byte(model.String(body, "Message")))
	}
	message := model.Object(body, "message")
	if message == nil || model.String(body, "subscription") == "" {
		return body, nil
	}
	text := model.String(message, "data")
	if text == "" {
		return map[string]any{}, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "message.data isn't base64, as Pub/Sub sends it")
	}
	return object(data)
}

func object(text []byte) (map[string]any, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fault.New(fault.Invalid, "the notification has no body: have the registry send JSON")
	}
	if _, err := limit.Document.JSON(text); err != nil {
		return nil, err
	}
	var out map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		return nil, fault.New(fault.Invalid, "the notification isn't a JSON object: have the registry send its notifications as JSON")
	}
	return out, nil
}

// split takes host/name:tag@digest apart; what isn't there is "".
func split(reference string) (repository, tag, digest string) {
	reference = strings.TrimPrefix(strings.TrimPrefix(reference, "https://"), "http://")
	reference, digest, _ = strings.Cut(reference, "@")
	if at := strings.LastIndexByte(reference, ':'); at > strings.LastIndexByte(reference, '/') {
		reference, tag = reference[:at], reference[at+1:]
	}
	return reference, tag, digest
}

// names lists the names that a repository may have, each once.
func names(all ...string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, one := range all {
		one = strings.Trim(one, "/")
		if !seen[one] {
			seen[one] = true
			out = append(out, one)
		}
	}
	return out
}

// withoutHost lists a name as it is, and without its first part, which may be a host.
func withoutHost(name string) []string {
	_, rest, _ := strings.Cut(name, "/")
	return names(name, rest)
}
