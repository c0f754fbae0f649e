package spel

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
)

// Outside answers as the recording's services did: to any URL if relaxed, else with the
// recording's URL restrictions.
func Outside(relaxed bool) expression.Outside {
	out := expression.Outside{Pipelines: pipelines{}, Applications: applications{}, URLs: refusedURLs{}}
	if relaxed {
		out.URLs = targetURLs{}
	}
	return out
}

// Evaluators are those of the recording: with its URL restrictions, and without.
func Evaluators() (strict, relaxed *expression.Evaluator) {
	return expression.New(expression.Options{Outside: Outside(false)}), expression.New(expression.Options{Outside: Outside(true)})
}

type pipelines struct{}

// PipelineID fails: the recording's store answered a list where Orca wants a map.
func (pipelines) PipelineID(context.Context, string, string) (string, bool, error) {
	return "", false, &expression.Failure{Class: expression.ExceptionMismatch, Message: "the answer is a list", At: -1}
}

type applications struct{}

// Application knows the recording's one application.
func (applications) Application(_ context.Context, name string) (map[string]any, error) {
	if name == "peer" {
		return map[string]any{"name": "PEER", "email": "a@b.c", "user": "peer"}, nil
	}
	return nil, &expression.Failure{Class: expression.ExceptionHTTP, Message: "404", At: -1}
}

type refusedURLs struct{}

// Fetch refuses every URL.
func (refusedURLs) Fetch(_ context.Context, url string) (string, error) {
	if !strings.Contains(url, "://") {
		return "", &expression.Failure{Class: expression.ExceptionNoURL, Message: "this is no URL", At: -1}
	}
	return "", &expression.Failure{Class: expression.ExceptionRefusedURL, Message: "the URL is refused", At: -1}
}

type targetURLs struct{}

// Fetch answers as the recording's webhook target.
func (targetURLs) Fetch(_ context.Context, url string) (string, error) {
	switch url {
	case "http://localhost:18999/ok":
		return `{"hello":"world","n":[1,2,3],"echo":""}`, nil
	case "http://localhost:18999/text":
		return `"plain"`, nil
	}
	return "", &expression.Failure{Class: expression.ExceptionStatus, Message: "404", At: -1}
}
