#!/bin/sh
# Builds ../bin/sandbox (or the path given). It replaces the program in one
# step, so that nobody ever starts half of one, and only when it has changed.
set -eu
cd "$(dirname "$0")"
out=${1:-../bin/sandbox}
version=v1.36.3
pkg=k8s.io/component-base/version
export CGO_ENABLED=0
mkdir -p "$(dirname "$out")"
# What runs in the containers of a real node; embedded in the sandbox.
GOOS=linux go build -trimpath -ldflags "-s -w" -o internal/images/bin/program ./internal/images/program
# Kept beside the program: go doesn't link again what is up to date.
built=$(dirname "$out")/.$(basename "$out").built
go build -trimpath -o "$built" -ldflags "-s -w \
	-X $pkg.gitVersion=$version -X $pkg.gitMajor=1 -X $pkg.gitMinor=36 \
	-X $pkg.gitCommit=gennaker -X $pkg.gitTreeState=clean -X $pkg.buildDate=2026-01-01T00:00:00Z" .
if ! cmp -s "$built" "$out"; then
	cp "$built" "$out.$$"
	mv "$out.$$" "$out"
fi
