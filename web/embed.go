//go:build ui

// Package web holds the web interface as it was built, for the server to serve.
//
// It is there in programs that are built with the tag "ui", after "npm run build"
// has made web/dist; without the tag nothing of Node is needed.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built interface: index.html and what it loads.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }
