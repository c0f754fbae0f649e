// Package webui serves the web interface: pages of one program that runs in the
// browser, under [Prefix].
//
// It works under any sub-path that a proxy puts before it, without being told:
// whatever is sent to a browser is relative to the page it has asked for.
package webui

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// Prefix is where the interface is.
const Prefix = "/ui/"

// assets is where the build puts files whose name changes with their content.
const assets = "assets/"

// page is the file that every page begins with.
const page = "index.html"

// handler serves a built interface. It is safe for concurrent use.
type handler struct {
	files fs.FS
	// before and after are the page's text around its base element.
	before, after []byte
	policy        string
}

// inline finds the scripts that stand in the page itself.
var inline = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// head is where the page's base element goes: before all that has a URL.
const head = "<head>"

// New serves the files of a built interface. Nil files are those of a program
// that was built without one: a page says so.
func New(files fs.FS) (http.Handler, error) {
	if files == nil {
		return http.HandlerFunc(missing), nil
	}
	index, err := fs.ReadFile(files, page)
	if err != nil {
		return nil, fmt.Errorf("webui: read the page: %w", err)
	}
	at := bytes.Index(index, []byte(head))
	if at < 0 {
		return nil, errors.New("webui: " + page + " has no <head>")
	}
	at += len(head)
	return &handler{files: files, before: index[:at], after: index[at:], policy: policyFor(index)}, nil
}

// policyFor is the content security policy of a page: nothing is loaded from
// elsewhere, and no script runs but the built ones and those in the page itself.
// Styles may be inline: the component library sets some.
func policyFor(index []byte) string {
	scripts := []string{"'self'"}
	for _, found := range inline.FindAllSubmatch(index, -1) {
		sum := sha256.Sum256(found[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return "default-src 'none'; script-src " + strings.Join(scripts, " ") + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
}

// Register puts the interface into a multiplexer, and sends browsers that ask
// for the root there. Other clients get from the root what they got before.
func Register(mux *http.ServeMux, ui, root http.Handler) {
	mux.Handle("GET "+Prefix, ui)
	mux.HandleFunc("GET "+strings.TrimSuffix(Prefix, "/"), toPages)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			toPages(w, r)
			return
		}
		root.ServeHTTP(w, r)
	})
}

// toPages redirects relative to what was asked for, which [http.Redirect] would
// make absolute, and so wrong behind a proxy that takes a sub-path away.
func toPages(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Location", strings.TrimPrefix(Prefix, "/"))
	w.WriteHeader(http.StatusFound)
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("X-Frame-Options", "DENY")
	w.Header().Set("Referrer-Policy", "same-origin")
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	switch {
	case name != page && h.sendFile(w, r, name):
	case strings.HasPrefix(name, assets):
		// A file of another version: the page is newer or older than the program.
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "this version has no such file; load the page again", http.StatusNotFound)
	default:
		h.sendPage(w, r)
	}
}

// sendPage answers every other path: the program in the browser knows its pages.
func (h *handler) sendPage(w http.ResponseWriter, r *http.Request) {
	// The page may be any number of segments deep; its base leads back to where
	// the files are, whatever a proxy has put before the path.
	depth := strings.Count(strings.TrimPrefix(r.URL.EscapedPath(), Prefix), "/")
	base := strings.Repeat("../", depth)
	if base == "" {
		base = "./"
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", h.policy)
	header.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(h.before)
	_, _ = fmt.Fprintf(w, `<base href="%s">`, base) //nolint:gosec // dots and slashes
	_, _ = w.Write(h.after)
}

// sendFile sends a file, in its compressed form where there is one that the
// browser takes, and tells whether there is such a file.
func (h *handler) sendFile(w http.ResponseWriter, r *http.Request, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	if info, err := fs.Stat(h.files, name); err != nil || info.IsDir() {
		return false
	}
	header := w.Header()
	header.Set("Content-Type", typeOf(name))
	if strings.HasPrefix(name, assets) {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
	}
	header.Add("Vary", "Accept-Encoding")
	accepted := r.Header.Get("Accept-Encoding")
	for _, form := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accepted, form.encoding) {
			continue
		}
		if data, err := fs.ReadFile(h.files, name+form.suffix); err == nil {
			header.Set("Content-Encoding", form.encoding)
			send(w, r, data)
			return true
		}
	}
	data, err := fs.ReadFile(h.files, name)
	if err != nil {
		return false
	}
	send(w, r, data)
	return true
}

func send(w http.ResponseWriter, r *http.Request, data []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) //nolint:gosec // a file of the build; an error is that the browser has gone
	}
}

// accepts tells whether an Accept-Encoding header names an encoding and doesn't
// refuse it.
func accepts(header, encoding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(item), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			quality := strings.ReplaceAll(weight, " ", "")
			return quality != "q=0" && strings.TrimRight(quality, "0") != "q=0."
		}
	}
	return false
}

// typeOf is a file's content type; what the machine thinks of suffixes is not
// asked where it matters.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if known := mime.TypeByExtension(path.Ext(name)); known != "" {
		return known
	}
	return "application/octet-stream"
}

// missing answers where the interface was not built in.
func missing(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(missingPage))
}

const missingPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gennaker</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem;color-scheme:light dark}</style>
</head><body><h1>No web interface in this build</h1>
<p>This program was built where there was no Node.js. Install Node.js 20.19 or newer and run
<code>make build</code> again; everything else works without it.</p></body></html>
`
