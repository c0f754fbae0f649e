//go:build !ui

// Package web holds the web interface as it was built, for the server to serve.
//
// It is there in programs that are built with the tag "ui", after "npm run build"
// has made web/dist; without the tag nothing of Node is needed.
package web

import "io/fs"

// Files is nil: this program was built without the interface.
func Files() (fs.FS, error) { return nil, nil } //nolint:nilnil // no interface is no fault
