// Command program is all that a sandbox's container images hold. It stands for
// whatever a test needs to run in a pod: a web server, a job that ends well or
// badly, something to exec.
package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const usage = `usage: program COMMAND
  pause             wait to be told to end, reaping orphans
  web               serve HTTP on $PORT (8080): / /healthz /env /exit?code=N
  sleep DURATION    wait, then end well
  exit CODE         end with an exit code
  echo TEXT...      print the text
  env               print the environment`

func main() {
	if len(os.Args) < 2 {
		fail(usage)
	}
	args := os.Args[2:]
	switch os.Args[1] {
	case "pause":
		pause()
	case "web":
		web()
	case "sleep":
		sleep(args)
	case "exit":
		os.Exit(code(strings.Join(args, "")))
	case "echo":
		fmt.Println(strings.Join(args, " "))
	case "env":
		fmt.Println(strings.Join(os.Environ(), "\n"))
	default:
		fail(usage)
	}
}

// pause does what the first container of every pod does: hold the pod's
// namespaces, and reap the processes whose parents have ended.
func pause() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	for s := range signals {
		if s != syscall.SIGCHLD {
			return
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
	}
}

func sleep(args []string) {
	d, err := time.ParseDuration(strings.Join(args, ""))
	if err != nil {
		fail(err.Error())
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-time.After(d):
	case <-stop:
		os.Exit(143)
	}
}

// web serves HTTP by hand: with net/http the program would be three times as big.
func web() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		fail(err.Error())
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		fmt.Println("stopping")
		os.Exit(0)
	}()
	fmt.Printf("version %s listening on :%s\n", version(), port)
	for {
		conn, err := listener.Accept()
		if err != nil {
			fail(err.Error())
		}
		go serve(conn)
	}
}

func serve(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	buffer := make([]byte, 8<<10)
	n, err := conn.Read(buffer)
	if err != nil {
		return // a probe of the port
	}
	line, _, _ := strings.Cut(string(buffer[:n]), "\r\n")
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return
	}
	path, query, _ := strings.Cut(fields[1], "?")
	status, body := "200 OK", ""
	switch path {
	case "/":
		host, _ := os.Hostname()
		body = fmt.Sprintf("version=%s host=%s\n", version(), host)
	case "/healthz":
		body = "ok\n"
	case "/env":
		body = strings.Join(os.Environ(), "\n") + "\n"
	case "/exit":
		fmt.Println("asked to exit")
		_ = conn.Close()
		os.Exit(code(strings.TrimPrefix(query, "code="))) //nolint:gocritic // the connection is closed
	default:
		status, body = "404 Not Found", "not found\n"
	}
	if path != "/healthz" {
		fmt.Printf("%s %s %s from %s\n", fields[0], fields[1], status[:3], conn.RemoteAddr())
	}
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(body), body)
}

// version is what the image says it is, unless the pod says otherwise.
func version() string {
	for _, name := range []string{"VERSION", "IMAGE_VERSION"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return "unknown"
}

func code(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 1
	}
	return n
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(2)
}
