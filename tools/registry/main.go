// Command registry is a container registry for tests: distribution, the reference
// implementation, with its storage in memory. It prints its address and runs until it is
// killed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
)

func main() {
	notify := flag.String("notify", "", "URL that is notified of pushes")
	authorization := flag.String("authorization", "", "the header Authorization of notifications")
	htpasswd := flag.String("htpasswd", "", "file of the users that may do anything; without it, everybody may")
	flag.Parse()
	if err := run(os.Stdout, *notify, *authorization, *htpasswd); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, notify, authorization, htpasswd string) error {
	config := &configuration.Configuration{
		Storage: configuration.Storage{"inmemory": configuration.Parameters{}, "delete": configuration.Parameters{"enabled": true}},
	}
	config.Log.Level = "error"
	config.Log.AccessLog.Disabled = true
	config.Catalog.MaxEntries = 1000
	config.HTTP.Secret = "of a test"
	if notify != "" {
		config.Notifications.Endpoints = []configuration.Endpoint{{
			Name: "gennaker", URL: notify, Timeout: 10 * time.Second, Threshold: 10, Backoff: time.Second,
			Headers: http.Header{"Authorization": {authorization}},
		}}
	}
	if htpasswd != "" {
		config.Auth = configuration.Auth{"htpasswd": configuration.Parameters{"realm": "test", "path": htpasswd}}
	}
	app := handlers.NewApp(context.Background(), config)
	var lc net.ListenConfig
	listener, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, listener.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: app, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}
