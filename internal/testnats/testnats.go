// Package testnats is a real NATS server for tests.
package testnats

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// patience is how long a server may take to start.
const patience = time.Minute

// Server is a server with JetStream, which ends with its test.
type Server struct {
	// URL is where clients connect to.
	URL string

	t      *testing.T
	broker *server.Server
}

// Start starts a server, with the options that change has changed unless that is nil.
func Start(t *testing.T, change func(*server.Options)) *Server {
	t.Helper()
	options := &server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir()}
	if change != nil {
		change(options)
	}
	broker, err := server.NewServer(options)
	if err != nil {
		t.Fatalf("make a NATS server: %v", err)
	}
	broker.Start()
	s := &Server{t: t, broker: broker}
	t.Cleanup(s.Stop)
	if !broker.ReadyForConnections(patience) {
		t.Fatal("the NATS server doesn't start")
	}
	s.URL = broker.ClientURL() // with the port that it has got
	return s
}

// Stop stops the server. It may be called again.
func (s *Server) Stop() {
	s.broker.Shutdown()
	s.broker.WaitForShutdown()
}

// Stream creates a stream of the messages on a subject, and gives a client to publish some.
func (s *Server) Stream(name, subject string) jetstream.JetStream {
	s.t.Helper()
	conn, err := nats.Connect(s.URL)
	if err != nil {
		s.t.Fatalf("connect to NATS: %v", err)
	}
	s.t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		s.t.Fatalf("open JetStream: %v", err)
	}
	if _, err := js.CreateStream(s.t.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{subject}}); err != nil {
		s.t.Fatalf("create the stream %s: %v", name, err)
	}
	return js
}
