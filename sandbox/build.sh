#!/bin/sh
# Builds ../bin/sandbox (or the path given), replacing it in one step so that
# nobody ever starts half a program.
set -eu
cd "$(dirname "$0")"
out=${1:-../bin/sandbox}
version=v1.36.3
pkg=k8s.io/component-base/version
export CGO_ENABLED=0
mkdir -p "$(dirname "$out")"
# What runs in the containers of a real node; embedded in the sandbox.
GOOS=linux go build -trimpath -ldflags "-s -w" -o internal/images/bin/program ./internal/images/program
go build -trimpath -o "$out.new.$$" -ldflags "-s -w \
	-X $pkg.gitVersion=$version -X $pkg.gitMajor=1 -X $pkg.gitMinor=36 \
	-X $pkg.gitCommit=gennaker -X $pkg.gitTreeState=clean -X $pkg.buildDate=2026-01-01T00:00:00Z" .
mv "$out.new.$$" "$out"
